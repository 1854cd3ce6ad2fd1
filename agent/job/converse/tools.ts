import { setTimeout as sleep } from 'node:timers/promises';
import { readText, RequestFailed } from '../../../callflow/outgoing/index.js';
import type { Outgoing } from '../../../callflow/outgoing/index.js';
import { fillRequest } from '../../../callflow/request.js';
import type { FilledRequest } from '../../../callflow/commands.js';
import type { ConverseTask, Variables } from '../../../contract/index.js';

const FIRST_PAUSE_MS = 300;

export interface Result {
  /** For the model. */
  output: string;
  failed: boolean;
}

/**
 * Sends the request of a tool, with its retries: 5xx, 429 and network errors. It is sent from here, not by the host
 * or a worker: a tool is part of a turn, so it ends with the turn's process and adds no hop to the caller's wait.
 *
 * @param key the same for each attempt, and for the agent that repeats it after this one died
 */
export async function callTool(
  outgoing: Outgoing,
  tool: ConverseTask['tools'][string],
  args: Variables,
  key: string,
  signal: AbortSignal,
): Promise<Result> {
  const request = fillRequest(tool.request, { ...tool.vars, args });
  if ('refused' in request) return { output: `Not sent: ${request.refused}.`, failed: true };
  for (let attempt = 0; ; attempt++) {
    const { again, ...result } = await send(outgoing, request, key, signal);
    if (!again || attempt >= request.retries) return result;
    await sleep(FIRST_PAUSE_MS * 2 ** attempt, undefined, { signal });
  }
}

async function send(outgoing: Outgoing, request: FilledRequest, key: string, signal: AbortSignal) {
  try {
    return await outgoing.send(request, key, signal, async ({ statusCode: status, body }) => {
      const text = await readText(body);
      const failed = status < 200 || status > 299;
      const again = status === 429 || status >= 500;
      return { output: failed ? `The server answered ${status}. ${text}` : text || 'Done.', failed, again };
    });
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    return { output: `It failed: ${error.message}.`, failed: true, again: error.kind !== 'refused' };
  }
}
