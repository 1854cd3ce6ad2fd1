import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { startStack as start } from '#stack';
import { dataConverterOf } from '../../platform/encryption/index.js';
import { loadEnv } from '../../platform/env.js';
import type { Stack, StackOptions } from '#stack';

export type { Agent, Component, Gateway, Ports, Stack, StackOptions } from '#stack';

/** For tests that are not about time: a machine that is busy elsewhere costs no attempt. */
export const PATIENT_STACK = { CALL_ACCEPT_MS: '30000', CALL_RENEW_MS: '30000', LIVEKIT_AGENT_WAIT_TIMEOUT: '50000' };

const BUNDLE = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));

/**
 * Real servers and processes. At the end every call is replayed: each end-to-end run tests determinism, too. And no part
 * may have crashed: a call or a test after it could get over that, and nobody would know.
 */
export async function startStack(options?: StackOptions): Promise<Stack> {
  const stack = await start(options);
  const stop: Stack['stop'] = async (how) => {
    const { crashes } = stack;
    try {
      if (crashes.length > 0) throw new Error(`Crashed while the tests ran: ${crashes.join(', ')}`);
      await replayCalls(stack);
    } catch (error) {
      process.exitCode = 1; // what a global set-up throws at its end vitest only prints
      throw error;
    } finally {
      await stack.stop(how);
    }
  };
  return { ...stack, stop };
}

async function replayCalls({ urls, env }: Stack): Promise<void> {
  const dataConverter = dataConverterOf(loadEnv(env));
  const filter = makeTelemetryFilterString({ core: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter } } });
  const connection = await Connection.connect({ address: urls.temporal });
  try {
    const calls = new Client({ connection, dataConverter }).workflow.list({ query: "WorkflowType = 'call'" });
    const options = { workflowBundle: { codePath: BUNDLE }, dataConverter };
    let replayed = 0;
    for await (const { workflowId, error } of Worker.runReplayHistories(options, calls.intoHistories())) {
      if (error) throw new Error(`${workflowId} does not replay`, { cause: error });
      replayed += 1;
    }
    console.log(`${replayed} calls replayed`);
  } finally {
    await connection.close();
  }
}
