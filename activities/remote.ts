import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { Outgoing, readText } from '../callflow/outgoing/index.js';
import type { Answer } from '../callflow/outgoing/index.js';
import { checkStarted, checkTurn } from '../callflow/remote.js';
import { fillLine, fillUrl } from '../callflow/template.js';
import { callWorkflowId, MESSAGES, REMOTE_REFUSED } from '../contract/index.js';
import type { Json, RemoteMessage, RemoteWords } from '../contract/index.js';
import type { HttpOptions } from './http.js';
import { asFailure, refused, retryLater } from './http-errors.js';
import { readStream } from './remote-stream.js';
import type { RemoteActivities, RemoteSend } from './types.js';

/** A stream is alive while its backend is: whether the worker that reads it is, Temporal learns by this. */
const HEARTBEAT_EVERY_MS = 2_000;
const LONGEST_REFUSAL = 300;

/** Requests to the backend of a remote flow. Each is one attempt; Temporal repeats it. */
export function remoteActivities({ client, http }: { client: Client; http?: HttpOptions }): RemoteActivities {
  const outgoing = new Outgoing(http);

  async function post<T, M extends RemoteMessage['type']>(
    { backend, message, idempotencyKey }: RemoteSend<M>,
    answerOf: (answer: Answer, alive: () => void) => Promise<T>,
    accept = 'application/json',
  ): Promise<T> {
    const { url, headers = {}, timeoutMs } = backend;
    const given = Object.entries({ accept, ...headers }).map(([name, value]) => [name, fillLine(value, {})] as const);
    const request = {
      ...{ method: 'POST' as const, url: fillUrl(url, {}), headers: Object.fromEntries(given) },
      ...{ body: message as unknown as Json, timeoutMs, retries: 0 },
    };
    try {
      return await outgoing.send(
        request,
        idempotencyKey,
        Context.current().cancellationSignal,
        async (answer, alive) => {
          await mustBeGood(answer);
          return answerOf(answer, alive);
        },
      );
    } catch (error) {
      throw asFailure(error);
    }
  }

  /** Only a hint, to be heard sooner: the turn's result says it all once more. */
  function tell(callId: string, words: RemoteWords): void {
    client.workflow
      .getHandle(callWorkflowId(callId))
      .signal(MESSAGES.remoteWords, words)
      .catch(() => undefined);
  }

  return {
    startRemote: (send) => post(send, async (response) => fitting(checkStarted(await jsonOf(response)))),

    async remoteTurn(send) {
      const { message, backend } = send;
      if (!backend.streaming)
        return post(send, async (response) => ({ sentences: [], turn: fitting(checkTurn(await jsonOf(response))) }));
      const context = Context.current();
      const beats = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
      const { turn } = message;
      const heard = (from: number, sentences: string[]) => tell(message.callId, { turn, from, sentences });
      try {
        return await post(
          send,
          async (response, alive) =>
            isEventStream(response)
              ? await readStream(response.body, heard, alive)
              : { sentences: [], turn: fitting(checkTurn(await jsonOf(response))) },
          'text/event-stream, application/json',
        );
      } finally {
        clearInterval(beats);
      }
    },

    endRemote: (send) => post(send, async ({ body }) => body.dump()),
  };
}

const isEventStream = ({ headers }: Answer): boolean =>
  /^text\/event-stream\b/i.test(String(headers['content-type'] ?? ''));

/** @throws ApplicationFailure, final for 4xx, with what the backend says */
async function mustBeGood({ statusCode: status, headers, body }: Answer): Promise<void> {
  if (status >= 200 && status < 300) return;
  if (status === 429 || status >= 500) {
    await body.dump();
    throw retryLater(status, headers['retry-after'], Context.current().info.attempt);
  }
  const said = whatItSaid(await readText(body));
  throw ApplicationFailure.create({
    message: `HTTP ${status}${said && `: ${said}`}`,
    type: REMOTE_REFUSED,
    details: [status],
    nonRetryable: true,
  });
}

/** A problem's words, or the beginning of whatever else it is. */
function whatItSaid(text: string): string {
  let said = text;
  try {
    const { detail, message, error, title } = JSON.parse(text) as Record<string, unknown>;
    said =
      [detail, message, error, title].find((each): each is string => typeof each === 'string' && each !== '') ?? text;
  } catch {
    // as it stands
  }
  return said
    .replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_REFUSAL);
}

async function jsonOf({ body }: Answer): Promise<unknown> {
  try {
    return JSON.parse(await readText(body)) as unknown;
  } catch (error) {
    throw error instanceof SyntaxError ? refused('its answer is not JSON') : error;
  }
}

export function fitting<T>(checked: { answer: T } | { problem: string }): T {
  if ('answer' in checked) return checked.answer;
  throw refused(`its answer does not fit: ${checked.problem}`);
}
