import type { Filled } from './commands.js';

/** For executors: puts the values behind `config.` and `secrets.` in. Throws, naming the reference, when one is missing. */
export const resolveReferences = (filled: Filled, lookUp: (ref: string) => string | undefined): string =>
  typeof filled === 'string'
    ? filled
    : filled
        .map((part) => {
          if (typeof part === 'string') return part;
          const value = lookUp(part.ref);
          if (value === undefined) throw new Error(`{{${part.ref}}} has no value: set ${referenceVariable(part.ref)}.`);
          return value;
        })
        .join('');

/** The environment variable behind a reference: `secrets.clinic_key` is `FLOW_SECRET_CLINIC_KEY`. */
export function referenceVariable(ref: string): string {
  const [kind, ...name] = ref.split('.');
  return `${kind === 'secrets' ? 'FLOW_SECRET' : 'FLOW_CONFIG'}_${name.join('_').toUpperCase()}`;
}
