import type { llm } from '@livekit/agents';
import type { Json } from '../../../contract/index.js';
import { within } from '../../../platform/within.js';

/** The model gave no answer, and why. */
export class ModelFailed extends Error {}

/** Its answer broke off in the middle, which the framework does not repeat. */
export class BrokeOff extends ModelFailed {}

/** Milliseconds. The framework repeats 5xx, 429 and network errors; the caller waits meanwhile. */
const CONNECTION = { maxRetry: 2, retryIntervalMs: 1_000, timeoutMs: 8_000 };
/** Longer than all attempts together, and the longest pause within an answer. */
const FIRST_MS = 30_000;
const PAUSE_MS = 10_000;

export type Piece =
  { text: string } | { call: { id: string; name: string; args: string; extra?: Record<string, Json> } };

/** A language model of the agents framework. */
export class Model {
  constructor(private readonly provider: llm.LLM) {
    provider.on('error', () => undefined); // it is told to whoever asked: see below
  }

  /** Its answer as it comes, until `signal` is aborted. @throws ModelFailed, BrokeOff once some of it has come */
  async *reply(chatCtx: llm.ChatContext, tools: llm.FunctionTool[], signal: AbortSignal): AsyncGenerator<Piece> {
    // The framework ends a stream that failed as it ends one that is over; only the event tells.
    let failure: Error | undefined;
    const onError = ({ error, recoverable }: { error: Error; recoverable: boolean }) => {
      if (!recoverable) failure = error;
    };
    this.provider.on('error', onError);
    const stream = this.provider.chat({ chatCtx, toolCtx: tools, connOptions: CONNECTION });
    const stop = () => stream.close();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    let begun = false;
    let pieces = 0;
    try {
      for (;;) {
        const ms = pieces === 0 ? FIRST_MS : PAUSE_MS;
        const { value, done } = await within(ms, stream.next(), () => new Error(`nothing came for ${ms} ms`));
        if (signal.aborted) return;
        if (done) break;
        begun = true;
        const { content, toolCalls = [] } = value.delta ?? {};
        if (content) yield (pieces++, { text: content });
        for (const call of toolCalls) yield (pieces++, { call: plain(call) });
      }
      if (failure) throw failure;
    } catch (error) {
      if (error instanceof ModelFailed) throw error;
      throw this.failed(String((error as Error).message), begun ? BrokeOff : ModelFailed);
    } finally {
      signal.removeEventListener('abort', stop);
      stream.close();
      this.provider.off('error', onError);
    }
  }

  failed(why: string, Failure = ModelFailed): ModelFailed {
    const { model } = this.provider;
    return new Failure(
      `The language model ${model} failed: ${why.slice(0, 300)}. Check its server, LLM_BASE_URL and its key.`,
    );
  }
}

function plain({ callId: id, name, args, extra, thoughtSignature }: llm.FunctionCall) {
  const own = { ...extra, ...(thoughtSignature && { google: { thoughtSignature } }) } as Record<string, Json>;
  return { id, name, args, ...(Object.keys(own).length > 0 && { extra: own }) };
}
