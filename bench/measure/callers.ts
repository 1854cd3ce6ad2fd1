import { EventEmitter, once } from 'node:events';
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
  private next = 0;
  private readonly byOrder = new Map<string, Child>();

  constructor(env: Record<string, string>, logDir: string) {
    this.speech.setMaxListeners(0);
    this.children = Array.from({ length: PROCESSES }, () =>
      startChild('callers/process.js', env, join(logDir, 'bench-callers.log')),
    );
    for (const { rpc } of this.children)
      rpc.onNotification(protocol.heard, ({ id, identity, at }) => void this.speech.emit(`${id}/${identity}`, at));
  }

  place(order: Order): Promise<Decided> {
    const child = this.children[this.next++ % PROCESSES]!;
    this.byOrder.set(order.id, child);
    return child.rpc.sendRequest(protocol.place, order);
  }

  look = (id: string): Promise<Known> => this.byOrder.get(id)!.rpc.sendRequest(protocol.look, { id });

  leave = (id: string): Promise<void> => this.byOrder.get(id)!.rpc.sendRequest(protocol.leave, { id });

  /** When `identity` begins to speak, milliseconds since the epoch; ask before it does. Undefined: not by then. */
  async firstSpeech(id: string, identity: string, withinMs: number): Promise<number | undefined> {
    try {
      const [at] = (await once(this.speech, `${id}/${identity}`, { signal: AbortSignal.timeout(withinMs) })) as [
        number,
      ];
      return at;
    } catch {
      return undefined;
    }
  }

  /** CPU time of all callers so far. Milliseconds. */
  async cpuMs(): Promise<number> {
    const each = await Promise.all(this.children.map(({ rpc }) => rpc.sendRequest(protocol.cpu)));
    return each.reduce((sum, ms) => sum + ms, 0);
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
  }
}
