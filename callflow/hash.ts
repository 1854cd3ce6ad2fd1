import { createHash } from 'node:crypto';
import type { Flow, Json, RemoteFlow } from '../contract/flow.js';
import type { OwnFlow } from '../contract/own-agent.js';

/** Content hash, hexadecimal: two files that mean the same have the same, whatever the order of their fields. */
export const flowHash = (flow: Flow | RemoteFlow | OwnFlow): string =>
  createHash('sha256')
    .update(canonical(flow as unknown as Json))
    .digest('hex');

const canonical = (value: Json): string =>
  JSON.stringify(value, (_, part: Json) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
