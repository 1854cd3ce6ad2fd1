import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { callWorkflowId } from '../../contract/index.js';
import type { CallList } from '../../gateway/schemas/requests.js';
import { overlapMs } from '../../scripts/call/energy.js';
import { type Stack, startStack } from '../support/stack.js';
import { Callers, type LiveCall, PATIENT, spokenBy, stagesOf, until } from './harness.js';

let stack: Stack;
let callers: Callers;
/** Milliseconds of speech in an undisturbed call of the flow `long`. */
let whole: number;

interface HostedJob {
  callId: string;
  attempt: number;
  pid?: number;
}

const jobsOf = async (callId: string): Promise<HostedJob[]> => {
  const answer = await fetch(`${stack.agents[0]!.healthUrl}/jobs`);
  const { jobs } = (await answer.json()) as { jobs: HostedJob[] };
  return jobs.filter((job) => job.callId === callId);
};

/** The first sentence takes some seconds: once it is heard there is time to break something in its middle. */
async function inMidSentence(): Promise<LiveCall> {
  const call = await callers.call({ flowId: 'long', policy: PATIENT });
  await until('the caller to hear a second of it', () => call.caller.audibleMs > 1_000);
  return call;
}

beforeAll(async () => {
  const env = { FLOWS_DIR: 'tests/e2e/flows', RECONCILE_EVERY_MS: '1000', RECONCILE_OLDER_THAN_MS: '2000' };
  stack = await startStack({ env, agentEnv: { AGENT_WARM_PROCESSES: '3' } });
  callers = new Callers(stack.urls.gateway, stack.env);
  const call = await callers.call({ flowId: 'long', policy: PATIENT });
  await call.ended();
  whole = call.caller.audibleMs;
  expect(whole).toBeGreaterThan(5_000);
});
afterEach(() => callers.leaveAll());
afterAll(async () => {
  await stack?.stop();
  await Callers.dispose();
});

describe('a job killed in mid-say', () => {
  it('is replaced, and the caller hears the sentence from the new one', async () => {
    const call = await inMidSentence();
    const [job] = await jobsOf(call.callId);
    const killedAt = Date.now();
    process.kill(job!.pid!, 'SIGKILL');
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts.map(({ outcome }) => outcome)[0]).toBe('lost');
    expect(view.attempts).toHaveLength(2);
    const spoken = spokenBy(call.caller);
    expect(Object.keys(spoken)).toEqual(['agent-1', 'agent-2']);
    // The new agent said all of it, from its beginning; the old one did not come far.
    expect(spoken['agent-2']! / whole).toBeGreaterThan(0.9);
    expect(spoken['agent-1']! / whole).toBeLessThan(0.7);
    expect(overlapMs(call.caller.segments)).toBe(0);
    expect(view.said.map(({ node }) => node)).toEqual(['long', 'short']);
    const again = call.caller.segments.find(({ identity }) => identity === 'agent-2')!;
    console.log(`job killed -> heard from the next agent: ${again.startAt - killedAt} ms`);
    await until('no job to be left', async () => (await jobsOf(call.callId)).length === 0);
    expect(await callers.roomNames()).toEqual([]);
  });
});

describe('a call terminated in Temporal', () => {
  it('is reaped: the janitor deletes its room, and the API says what happened', async () => {
    const call = await inMidSentence();
    const connection = await Connection.connect({ address: `127.0.0.1:${stack.env.TEMPORAL_PORT}` });
    try {
      await new Client({ connection }).workflow.getHandle(callWorkflowId(call.callId)).terminate('by a test');
    } finally {
      await connection.close();
    }
    await until('no room to be left', async () => (await callers.roomNames()).length === 0);
    await until('no job to be left', async () => (await jobsOf(call.callId)).length === 0);
    const { ended } = await call.ended();
    expect(ended).toMatchObject({ reason: 'reaped', by: 'operator', fault: 'platform', stage: 'flow' });
    expect(ended?.detail).toMatch(/terminated it: hang calls up or cancel them/);
    await until('the call to be listed under its reason', async () => {
      const answer = await fetch(`${stack.urls.gateway}/v1/calls?endedReason=reaped`);
      const { calls } = (await answer.json()) as CallList;
      return calls.some(({ callId, fault }) => callId === call.callId && fault === 'platform');
    });
  });
});

describe('a call worker killed in mid-say', () => {
  it('does not cost the call anything once a worker is back', async () => {
    const call = await inMidSentence();
    await stack.worker.kill();
    await stack.worker.start();
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts).toHaveLength(1);
    expect(stagesOf(view).filter((stage) => stage === 'flow')).toHaveLength(1);
    const spoken = spokenBy(call.caller);
    expect(Object.keys(spoken)).toEqual(['agent-1']);
    expect(spoken['agent-1']! / whole).toBeGreaterThan(0.9);
    expect(spoken['agent-1']! / whole).toBeLessThan(1.1); // nothing was said twice
    expect(await callers.roomNames()).toEqual([]);
  });

  it('is taken up by a worker that starts after the sentence has ended', async () => {
    const call = await inMidSentence();
    await stack.worker.kill();
    await until('the sentence to be over', () => {
      const last = call.caller.segments.at(-1)!;
      return Date.now() - last.endAt > 2_000;
    });
    expect((await call.view()).partial).toBe(true);
    const before = call.caller.audibleMs;
    await stack.worker.start();
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts).toHaveLength(1);
    expect(call.caller.audibleMs).toBeGreaterThan(before + 1_000);
    expect(call.caller.audibleMs / whole).toBeLessThan(1.1);
  });
});
