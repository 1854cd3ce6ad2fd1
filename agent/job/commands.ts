import { ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { Chat, Converse, Said, Say } from '../../contract/index.js';
import { notify } from '../relay/notify.js';
import * as relay from '../relay/protocol.js';
import { ask } from './ask.js';
import { converse } from './converse/index.js';
import type { Mind } from './converse/index.js';
import type { Line } from './line.js';
import { SpeechFailed } from './speech.js';
import { Silent } from './voice.js';

/** Carries out one command; `audible` tells the host that its first audio is being played. */
type Run<C, R> = (command: C, line: Line, audible: () => void, signal: AbortSignal) => Promise<R>;

interface Running {
  result: Promise<unknown>;
  calledOff: AbortController;
}

/**
 * Serves what the host asks on behalf of the call. A command that comes again with the same `nodeRunId` (its host
 * could not tell whether it had arrived) joins what is going on instead of saying it twice. One that failed or was
 * called off is carried out anew.
 */
export function serveCommands(host: MessageConnection, jobId: string, line: () => Line, mind: Mind): void {
  const runs = new Map<string, Running>();

  const once =
    <C extends { nodeRunId: string }, R>(run: Run<C, R>) =>
    (command: C, token: CancellationToken): Promise<R> => {
      const { result, calledOff } = runs.get(command.nodeRunId) ?? begin(run, command);
      token.onCancellationRequested(() => calledOff.abort());
      return result as Promise<R>;
    };

  function begin<C extends { nodeRunId: string }, R>(run: Run<C, R>, command: C): Running {
    const { nodeRunId } = command;
    const calledOff = new AbortController();
    const running = { calledOff, result: carryOut(run, command, calledOff.signal) };
    const forget = () => {
      if (runs.get(nodeRunId) === running) runs.delete(nodeRunId);
    };
    runs.set(nodeRunId, running);
    calledOff.signal.addEventListener('abort', forget);
    running.result.catch(forget);
    return running;
  }

  async function carryOut<C extends { nodeRunId: string }, R>(
    run: Run<C, R>,
    command: C,
    signal: AbortSignal,
  ): Promise<R> {
    const { nodeRunId } = command;
    const audible = () => void notify(host, relay.audible, { nodeRunId });
    try {
      return await run(command, line(), audible, signal);
    } catch (error) {
      throw asResponse(error);
    }
  }

  host.onRequest(
    relay.startFlow,
    ({ greeting, remote }) => remote ?? { session: jobId, streaming: false, hasGreeting: !!greeting },
  );
  host.onRequest(relay.say, once(say));
  host.onRequest(relay.ask, once(ask));
  const report = (chat: Chat) => void notify(host, relay.chat, chat);
  host.onRequest(
    relay.converse,
    once((command: Converse, line, onAudible, signal) => converse(command, mind, { line, report, onAudible, signal })),
  );
}

/** What cuts it short stays with the line: it may answer the question that follows. */
async function say(
  command: Say,
  { voice, input, hearing }: Line,
  audible: () => void,
  signal: AbortSignal,
): Promise<Said> {
  if (!command.interruptible) return voice.say(command, audible, signal);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  const stops = [input.onBargeIn(interrupt), hearing.onBargeIn(interrupt)];
  try {
    const said = await voice.say(command, audible, AbortSignal.any([signal, interruption.signal]));
    return { ...said, ...(interruption.signal.aborted && { interrupted: true }) };
  } finally {
    for (const stop of stops) stop();
  }
}

function asResponse(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SpeechFailed) return new ResponseError(relay.RELAY_ERRORS.tts, message);
  if (error instanceof Silent) return new ResponseError(relay.RELAY_ERRORS.silent, message);
  return error;
}
