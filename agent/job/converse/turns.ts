import type { Line } from '../line.js';

/** What is said, keyed or typed at a time may be this long. Characters. */
const LONGEST = 2_000;
/** After the last key; "#" ends an entry at once. Milliseconds. */
const KEY_PAUSE_MS = 2_000;

/** Whose turn it is: the caller takes the floor by voice, key or typing, at any time. */
export class CallerTurns {
  private readonly waiting: string[] = [];
  private readonly barging = new Set<() => void>();
  private readonly stops: (() => void)[] = [];
  private utterances = 0;
  private keys = '';
  private pause: NodeJS.Timeout | undefined;
  private moved!: () => void;
  private move!: Promise<void>;

  /** @param ended aborted when the conversation is called off: every wait ends with its reason */
  constructor(
    { input, hearing }: Pick<Line, 'input' | 'hearing'>,
    language: string | undefined,
    private readonly ended: AbortSignal,
  ) {
    this.arm();
    const anything = { kind: 'text', maxLength: LONGEST } as const;
    this.stops.push(
      input.listen((given) => {
        if (given.via === 'typed') this.complete(given.text);
        else this.press(given.key);
        return false; // there is never enough
      }),
      hearing.listen(anything, language, {
        started: () => {
          this.utterances += 1;
          this.begun();
        },
        ended: (utterance) => {
          this.utterances = Math.max(0, this.utterances - 1);
          if (utterance) this.complete(utterance.words ?? '');
          else this.changed();
        },
      }),
    );
    const wake = () => this.changed();
    ended.addEventListener('abort', wake, { once: true });
    this.stops.push(() => ended.removeEventListener('abort', wake));
  }

  stop(): void {
    clearTimeout(this.pause);
    for (const stop of this.stops) stop();
  }

  /** The caller speaks, keys, or has said something that nobody has taken yet. */
  get active(): boolean {
    return this.waiting.length > 0 || this.busy;
  }

  private get busy(): boolean {
    return this.utterances > 0 || this.keys !== '';
  }

  /** Aborted as soon as the caller takes the floor; at once if they have it. */
  bargeIn(): AbortSignal {
    const controller = new AbortController();
    const abort = () => {
      this.barging.delete(abort);
      controller.abort();
    };
    this.barging.add(abort);
    if (this.active) abort();
    return controller.signal;
  }

  /** What the caller, who is active, has to say; undefined when it was nothing after all. An empty one was not understood. */
  async finished(): Promise<string | undefined> {
    while (this.busy) await this.change();
    return this.take();
  }

  /** Waits for the caller's turn; undefined after so much silence. */
  async next(silenceMs: number): Promise<string | undefined> {
    for (;;) {
      const turn = this.busy ? undefined : this.take();
      if (turn !== undefined) return turn;
      if (this.busy) await this.change();
      else if (!(await this.change(silenceMs))) return undefined;
    }
  }

  private take(): string | undefined {
    const said = this.waiting.splice(0);
    return said.length === 0 ? undefined : said.filter(Boolean).join(' ').slice(0, LONGEST);
  }

  private press(key: string): void {
    clearTimeout(this.pause);
    if (key !== '#') this.keys += key;
    const entry = this.keys || key;
    const enter = () => {
      this.keys = '';
      this.complete(entry);
    };
    if (key === '#' || entry.length >= LONGEST) return enter();
    this.pause = setTimeout(enter, KEY_PAUSE_MS);
    this.begun();
  }

  private complete(text: string): void {
    this.waiting.push(text);
    this.begun();
  }

  private begun(): void {
    for (const tell of [...this.barging]) tell();
    this.changed();
  }

  /** True when something has changed, false when `ms` were over first. @throws the reason of the end */
  private async change(ms?: number): Promise<boolean> {
    this.ended.throwIfAborted();
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<false>((resolve) => {
      if (ms !== undefined) timer = setTimeout(() => resolve(false), ms);
    });
    try {
      const changed = await Promise.race([this.move.then(() => true as const), silence]);
      this.ended.throwIfAborted();
      return changed;
    } finally {
      clearTimeout(timer);
    }
  }

  private changed(): void {
    this.moved();
    this.arm();
  }

  private arm(): void {
    this.move = new Promise((resolve) => (this.moved = resolve));
  }
}
