import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../support/stack.js';
import { Callers, type LiveCall, PATIENT, spokenBy, until } from './harness.js';

let stack: Stack;
let callers: Callers;

beforeAll(async () => {
  stack = await startStack({ env: { FLOWS_DIR: 'tests/e2e/flows' }, agentEnv: { AGENT_WARM_PROCESSES: '2' } });
  callers = new Callers(stack.urls.gateway, stack.env);
});
afterEach(() => callers.leaveAll());
afterAll(async () => {
  await stack?.stop();
  await Callers.dispose();
});

/** A call in the middle of a question, and what kills its agent. */
async function asked(): Promise<{ call: LiveCall; kill: () => void }> {
  const call = await callers.call({ flowId: 'menu', policy: PATIENT });
  const at = (node: string, ms: number) =>
    until(`${node} to be asked`, async () => (await call.view()).node === node && call.caller.audibleMs > ms);
  await at('menu', 500);
  await call.caller.sendText('a haircut');
  await at('pin', call.caller.audibleMs + 500);
  const { jobs } = (await (await fetch(`${stack.agents[0]!.healthUrl}/jobs`)).json()) as {
    jobs: { callId: string; pid: number }[];
  };
  const { pid } = jobs.find(({ callId }) => callId === call.callId)!;
  return { call, kill: () => process.kill(pid, 'SIGKILL') };
}

async function answered(call: LiveCall): Promise<void> {
  const view = await call.ended();
  expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
  expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
  expect(view.said.filter(({ who }) => who === 'caller').map(({ text }) => text)).toEqual(['a haircut', '123']);
}

describe('what the caller types', () => {
  it('after the next agent was heard is not lost', async () => {
    const { call, kill } = await asked();
    kill();
    await until('the next agent to be heard', () => spokenBy(call.caller)['agent-2']! > 0 || undefined);
    await call.caller.sendText('123');
    await answered(call);
  });

  it('while no agent is there is not lost', async () => {
    const { call, kill } = await asked();
    kill();
    await call.caller.sendText('123');
    expect(call.caller.seen).toContain('agent-2');
    await answered(call);
  });

  it('on the chat of LiveKit is heard as well', async () => {
    const { call } = await asked();
    await call.caller.chat('123');
    expect((await call.ended()).variables).toEqual({ pin: '123' });
  });
});
