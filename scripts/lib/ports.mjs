import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Every port that `npm start` opens: its variable and its default. LiveKit also takes the two after its own. */
export const DEFAULT_PORTS = {
  GATEWAY_PORT: 8080,
  TEMPORAL_PORT: 7233,
  TEMPORAL_UI_PORT: 8233,
  LIVEKIT_PORT: 7880,
  AGENT_PORT: 8081,
  AGENT_HEALTH_PORT: 8082,
};

/** The same for `npm start -- --phone`. Media have a range of their own, SIP_RTP_PORTS. */
export const DEFAULT_PHONE_PORTS = { REDIS_PORT: 6379, SIP_PORT: 5060 };
export const DEFAULT_RTP_PORTS = '10000-10199';

const tcpFree = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)));
  });

const udpFree = (port) =>
  new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });

export const isFree = async (port) => (await tcpFree(port)) && (await udpFree(port));

const range = (start, length) => Array.from({ length }, (_, index) => start + index);

/** Below the range that the kernel hands out by itself: what is found free there is sooner taken by an outgoing connection. */
const FIRST = 20_000;
const END = 32_000;
/** Random, so that processes beside each other hardly meet. */
let next = FIRST + Math.floor(Math.random() * (END - FIRST));

/**
 * `count` free ports in a row. A process goes through the range in order: ports that it was given before, and does not
 * listen on yet, look free too, and must not be given again.
 */
export async function freePorts(count) {
  for (let attempt = 0; attempt < 200; attempt++) {
    const start = next + count > END ? FIRST : next;
    next = start + count;
    const block = range(start, count);
    const free = await Promise.all(block.map(isFree));
    if (free.every(Boolean)) return block;
  }
  throw new Error(`No ${count} free ports in a row between ${FIRST} and ${END}`);
}

/** One line for each variable whose port somebody else uses. */
export async function portProblems(ports) {
  const users = new Map();
  const problems = new Map();
  for (const [variable, first] of Object.entries(ports)) {
    for (const port of range(first, variable === 'LIVEKIT_PORT' ? 3 : 1)) {
      const other = users.get(port);
      users.set(port, variable);
      if (other) problems.set(variable, `Port ${port} is wanted twice: change ${other} or ${variable}.`);
      else if (!(await isFree(port)))
        problems.set(variable, `Port ${port} is in use. Stop what uses it, or choose another with ${variable}.`);
    }
  }
  return [...problems.values()];
}
