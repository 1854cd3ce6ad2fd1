import { EventEmitter, on } from 'node:events';
import { join } from 'node:path';
import * as protocol from '../callers/protocol.js';
import type { Decided, Known, Order } from '../callers/protocol.js';
import { type Child, startChild } from './child.js';

/** Spread over so many processes, so that none is a queue. */
const PROCESSES = 2;

/** The callers of a run, in processes of their own whose CPU is counted. */
export class Callers {
  private readonly children: Child[];
  private readonly speech = new EventEmitter();
  /** Who spoke last to each caller. */
  private readonly speakers = new Map<string, string>();
  private next = 0;
  private readonly byOrder = new Map<string, Child>();

  constructor(env: Record<string, string>, logDir: string) {
    this.speech.setMaxListeners(0);
    this.children = Array.from({ length: PROCESSES }, () =>
      startChild('callers/process.js', env, join(logDir, 'bench-callers.log')),
    );
    for (const { rpc } of this.children)
      rpc.onNotification(protocol.heard, ({ id, identity, at }) => {
        this.speakers.set(id, identity);
        this.speech.emit(id, identity, at);
      });
  }

  place(order: Order): Promise<Decided> {
    const child = this.children[this.next++ % PROCESSES]!;
    this.byOrder.set(order.id, child);
    return child.ask(protocol.place, order);
  }

  look = (id: string): Promise<Known> => this.byOrder.get(id)!.ask(protocol.look, { id });

  leave = (id: string): Promise<void> => this.byOrder.get(id)!.ask(protocol.leave, { id });

  /** When another than the last speaker begins to speak, milliseconds since the epoch. Undefined: not by then. */
  async otherSpeaker(id: string, withinMs: number): Promise<number | undefined> {
    const before = this.speakers.get(id);
    try {
      for await (const [identity, at] of on(this.speech, id, { signal: AbortSignal.timeout(withinMs) }))
        if (identity !== before) return at as number;
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
    }
    return undefined;
  }

  /** CPU time of all callers so far. Milliseconds. */
  async cpuMs(): Promise<number> {
    const each = await Promise.all(this.children.map((child) => child.ask(protocol.cpu)));
    return each.reduce((sum, ms) => sum + ms, 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
  }
}
