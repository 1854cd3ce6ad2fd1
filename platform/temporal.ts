import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { dataConverterOf } from './encryption/index.js';
import type { Env } from './env.js';
import type { Logger } from './logger.js';

/** How long a starting process waits for the server. Milliseconds. */
const CONNECT_MS = 60_000;
const ATTEMPT_MS = 5_000;
const PAUSE_MS = 500;
/** gRPC's own pause grows to two minutes: a Temporal that is back would not be seen for as long. Milliseconds. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 };

type TemporalEnv = Pick<Env, 'temporal'>;
type ClientEnv = Pick<Env, 'temporal' | 'encryption'>;

async function untilConnected<T>(env: TemporalEnv, logger: Logger | undefined, connect: () => Promise<T>): Promise<T> {
  const { address } = env.temporal;
  const deadline = Date.now() + CONNECT_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect();
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      if (Date.now() + PAUSE_MS >= deadline) {
        throw new Error(
          `Temporal does not answer at ${address} (${CONNECT_MS / 1000} s): ${cause}. ` +
            'Start it (npm start does), or set TEMPORAL_ADDRESS.',
          { cause: error },
        );
      }
      if (attempt === 1) logger?.warn(`Waiting for Temporal at ${address} (up to ${CONNECT_MS / 1000} s)`, { cause });
      await sleep(PAUSE_MS);
    }
  }
}

/** A client for gateway, agent host and tools. Close `connection` at the end. */
export async function connectTemporal(
  env: ClientEnv,
  logger?: Logger,
): Promise<{ client: Client; connection: Connection }> {
  const { address, namespace } = env.temporal;
  const connection = await untilConnected(env, logger, () =>
    Connection.connect({ address, connectTimeout: ATTEMPT_MS, channelArgs: RECONNECT }),
  );
  return { client: new Client({ connection, namespace, dataConverter: dataConverterOf(env) }), connection };
}

/** A connection for Temporal workers. The SDK's native part is loaded here only: the gateway does without it. */
export async function createNativeConnection(env: TemporalEnv, logger?: Logger): Promise<NativeConnection> {
  const { NativeConnection } = await import('@temporalio/worker');
  return untilConnected(env, logger, () => NativeConnection.connect({ address: env.temporal.address }));
}
