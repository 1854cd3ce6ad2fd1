import { createParser } from 'eventsource-parser';
import type { EventSourceMessage } from 'eventsource-parser';
import { checkSentence, checkTurn } from '../callflow/remote.js';
import { HTTP_FAILURES } from '../contract/index.js';
import { failed, refused } from './http-errors.js';
import type { RemoteTurned } from './types.js';

/** Sentences that come in one breath are told of together: each telling costs the call's history events. */
const BREATH_MS = 700;
const MOST_SENTENCES = 200;

/**
 * Reads an answer that comes as server-sent events: `say {text}` for each sentence, `done {…}` with the rest of the
 * turn, and tells of the sentences as they come, the first at once. (eventsource-parser is what the `eventsource`
 * package itself reads with.)
 *
 * @throws ApplicationFailure; a stream that breaks off may be better next time
 */
export async function readStream(
  body: AsyncIterable<Uint8Array>,
  tell: (from: number, sentences: string[]) => void,
  alive: () => void,
): Promise<RemoteTurned> {
  const sentences: string[] = [];
  const telling = new Telling(sentences, tell);
  let done: RemoteTurned | undefined;
  const take = ({ event, data }: EventSourceMessage) => {
    if (event === 'say') {
      const { text } = fit(checkSentence(json(data)));
      if (text) sentences.push(text);
      if (sentences.length > MOST_SENTENCES) throw refused(`its answer has more than ${MOST_SENTENCES} sentences`);
      telling.more();
    } else if (event === 'done') done = { sentences, turn: fit(checkTurn(json(data))) };
  };
  const parser = createParser({ onEvent: take, maxBufferSize: 65_536, onError: tooLarge });
  const text = new TextDecoder();
  try {
    for await (const part of body) {
      alive();
      parser.feed(text.decode(part, { stream: true }));
      if (done) return done;
    }
  } finally {
    telling.stop();
  }
  throw failed(HTTP_FAILURES.network, 'its stream ended before "done"');
}

/** Tells of the first words at once, and of what follows at most once a breath. */
class Telling {
  private told = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sentences: string[],
    private readonly tell: (from: number, sentences: string[]) => void,
  ) {}

  more(): void {
    if (this.timer || this.told === this.sentences.length) return;
    this.tell(this.told, this.sentences.slice(this.told));
    this.told = this.sentences.length;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.more();
    }, BREATH_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

function tooLarge({ type }: { type: string }): void {
  if (type === 'max-buffer-size-exceeded') throw refused('an event of its stream is too large');
}

function json(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    throw refused('an event of its stream is not JSON');
  }
}

function fit<T>(checked: { answer: T } | { problem: string }): T {
  if ('answer' in checked) return checked.answer;
  throw refused(`an event of its stream does not fit: ${checked.problem}`);
}
