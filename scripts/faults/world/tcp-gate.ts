import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpGate {
  /** host:port */
  readonly address: string;
  /** Lets everything through again. */
  open(): void;
  /** Nothing passes any more, and nobody is told: a network that swallows packets. */
  hang(): void;
  /** Connections are reset, new ones too: a server that is gone. */
  cut(): void;
  close(): void;
}

type Mode = 'open' | 'hang' | 'cut';

/** Stands in front of one TCP port. */
export async function openTcpGate(port: number): Promise<TcpGate> {
  let mode: Mode = 'open';
  const pairs = new Set<[Socket, Socket]>();

  const join = ([near, far]: [Socket, Socket]) => {
    near.pipe(far);
    far.pipe(near);
  };
  const part = ([near, far]: [Socket, Socket]) => {
    near.unpipe(far).pause();
    far.unpipe(near).pause();
  };
  const server = createServer((near) => {
    if (mode === 'cut') return near.resetAndDestroy();
    const pair: [Socket, Socket] = [near, connect(port, '127.0.0.1')];
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true); // as gRPC does: else each small message waits some 40 ms for the answer to the one before
      socket.on('error', () => undefined); // 'close' follows
      socket.on('close', () => {
        pairs.delete(pair);
        pair.forEach((each) => each.destroy());
      });
    }
    if (mode === 'open') join(pair);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const reset = () => pairs.forEach((pair) => pair.forEach((socket) => socket.resetAndDestroy()));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    open() {
      if (mode === 'hang') pairs.forEach(join);
      mode = 'open';
    },
    hang() {
      mode = 'hang';
      pairs.forEach(part);
    },
    cut() {
      mode = 'cut';
      reset();
    },
    close() {
      reset();
      server.close();
    },
  };
}
