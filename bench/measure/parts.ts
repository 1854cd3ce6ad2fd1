/** What was started, so that it is ended whatever happens: the last one first, once, also when a later one fails. */
export class Parts {
  private readonly ends: (() => unknown)[] = [];
  private closing = Promise.resolve();

  add(end: () => unknown): void {
    this.ends.push(end);
  }

  /** Resolves when all have ended, those that somebody else is about to end included. */
  close(): Promise<void> {
    this.closing = this.closing.then(async () => {
      for (let end = this.ends.pop(); end; end = this.ends.pop()) {
        try {
          await end();
        } catch {
          // the next one is ended all the same
        }
      }
    });
    return this.closing;
  }
}
