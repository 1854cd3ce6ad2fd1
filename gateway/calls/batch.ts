interface Waiting<Request, Answer> {
  request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Sends one batch at a time; what is asked meanwhile goes into the next. Alone, a request waits for nothing; in a surge
 * the batches grow.
 */
export class Batch<Request, Answer> {
  private waiting: Waiting<Request, Answer>[] = [];
  private running = false;

  constructor(
    private readonly send: (requests: Request[]) => Promise<Answer[]>,
    private readonly most = 200,
  ) {}

  ask(request: Request): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => this.waiting.push({ request, resolve, reject }));
    void this.run();
    return answer;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.waiting.length > 0) {
      const now = this.waiting.splice(0, this.most);
      try {
        const answers = await this.send(now.map(({ request }) => request));
        now.forEach(({ resolve }, index) => resolve(answers[index]!));
      } catch (error) {
        now.forEach(({ reject }) => reject(error));
      }
    }
    this.running = false;
  }
}
