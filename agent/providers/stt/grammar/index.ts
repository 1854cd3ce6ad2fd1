import { Worker } from 'node:worker_threads';
import type { ExpectedAnswer } from '../../../../contract/index.js';
import type { Recogniser } from '../recogniser.js';
import { phrasesOf } from './jsgf.js';
import type { Answer, Question } from './worker.js';

/** The embedded recogniser, in a thread of its own that starts with the first question it can hear an answer to. */
export class GrammarRecogniser implements Recogniser {
  private worker: Worker | undefined;
  private lastId = 0;
  private readonly waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();

  understands(expect: ExpectedAnswer, language = 'en'): boolean {
    return /^en\b/i.test(language) && phrasesOf(expect).length > 0;
  }

  async prepare(expect: ExpectedAnswer): Promise<boolean> {
    const answer = await this.put({ expect });
    return 'ready' in answer && answer.ready;
  }

  async hear(expect: ExpectedAnswer, speech: Int16Array): Promise<string | undefined> {
    const answer = await this.put({ expect, speech });
    return 'words' in answer ? answer.words : undefined;
  }

  /** @throws when the recogniser does not load, or its thread has died */
  private async put(question: Omit<Question, 'id'>): Promise<Answer> {
    const worker = (this.worker ??= this.start());
    const id = ++this.lastId;
    const answered = new Promise<Answer>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    worker.postMessage({ id, ...question });
    const answer = await answered;
    if ('error' in answer) throw new Error(answer.error);
    return answer;
  }

  private start(): Worker {
    const worker = new Worker(new URL('./worker.js', import.meta.url));
    worker.unref();
    worker.on('message', (answer: Answer) => {
      this.waiting.get(answer.id)?.resolve(answer);
      this.waiting.delete(answer.id);
    });
    worker.on('error', (error) => this.lost(worker, error));
    worker.on('exit', () => this.lost(worker, new Error('the recogniser ended')));
    return worker;
  }

  private lost(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined; // the next question starts another
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
