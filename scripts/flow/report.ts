import type { FlowError } from '../../callflow/validate.js';

/** What a command has to say: text for people, data for programs. */
export interface Outcome {
  text: string;
  data: Record<string, unknown>;
  /** Default true. */
  ok?: boolean;
}

/** Something is wrong with what the user gave. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly errors: FlowError[] = [],
  ) {
    super(message);
  }
}

/** Runs a command, prints its outcome, sets the exit code. */
export async function report({ json }: { json?: boolean }, run: () => Promise<Outcome>): Promise<void> {
  try {
    const { text, data, ok = true } = await run();
    console.log(json ? JSON.stringify({ ok, ...data }) : text);
    if (!ok) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.exitCode = 1;
    const { message, errors } = error;
    if (json) console.log(JSON.stringify({ ok: false, error: message, errors }));
    else
      console.error([message, ...errors.map(({ pointer, message }) => `  ${pointer || '/'}: ${message}`)].join('\n'));
  }
}
