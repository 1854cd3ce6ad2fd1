/** Draws from a source at once and keeps what comes, so that it can be read from the start, while it grows and after. */
export class Replay<T> implements AsyncIterable<T> {
  private readonly kept: T[] = [];
  private done = false;
  private error: unknown;
  private grown!: () => void;
  private growth!: Promise<void>;

  constructor(source: AsyncIterable<T>, onError: () => void) {
    this.arm();
    void this.draw(source, onError);
  }

  private arm(): void {
    this.growth = new Promise((resolve) => (this.grown = resolve));
  }

  private async draw(source: AsyncIterable<T>, onError: () => void): Promise<void> {
    try {
      for await (const item of source) {
        this.kept.push(item);
        this.grown();
        this.arm();
      }
    } catch (error) {
      this.error = error;
      onError();
    }
    this.done = true;
    this.grown();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (let next = 0; ; next += 1) {
      while (next >= this.kept.length && !this.done) await this.growth;
      if (next < this.kept.length) yield this.kept[next]!;
      else if (this.error) throw this.error;
      else return;
    }
  }
}
