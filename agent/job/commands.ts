import { ResponseError } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { Said, Say } from '../../contract/index.js';
import * as relay from '../relay/protocol.js';
import { SpeechFailed } from './speech.js';
import { Silent } from './voice.js';
import type { Voice } from './voice.js';

/**
 * Serves what the host asks on behalf of the call. A command that comes again with the same `nodeRunId` (its host
 * could not tell whether it had arrived) joins what is going on instead of saying it twice.
 */
export function serveCommands(host: MessageConnection, jobId: string, voice: () => Voice): void {
  const runs = new Map<string, Promise<Said>>();

  host.onRequest(relay.startFlow, ({ greeting }) => ({ session: jobId, streaming: false, hasGreeting: !!greeting }));

  host.onRequest(relay.say, (command, token) => {
    const running = runs.get(command.nodeRunId);
    if (running) return running;
    const run = say(command, token);
    runs.set(command.nodeRunId, run);
    return run;
  });

  async function say(command: Say, token: CancellationToken): Promise<Said> {
    const { nodeRunId } = command;
    const audible = () => void host.sendNotification(relay.audible, { nodeRunId });
    try {
      return await voice().say(command, audible, abortedBy(token));
    } catch (error) {
      throw asResponse(error);
    }
  }
}

function abortedBy(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

function asResponse(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SpeechFailed) return new ResponseError(relay.RELAY_ERRORS.tts, message);
  if (error instanceof Silent) return new ResponseError(relay.RELAY_ERRORS.silent, message);
  return error;
}
