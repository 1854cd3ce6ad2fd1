import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callWorkflowId } from '../../contract/index.js';
import { script } from '../support/script.js';
import { type Component, type Gateway, type Stack, startStack } from '../support/stack.js';
import { Callers, type LiveCall, PATIENT, spokenBy, until } from './harness.js';

const { phoneProblem } = await script('phone.mjs');
/** Of each host. */
const CALLS = 2;
/** The caller of a call joins, and so its flow begins, only when all agents are there. */
const LECTURE = { flowId: 'lecture', policy: { ...PATIENT, callerMs: 600_000 } };
const SLOW = { timeout: 300_000 };

describe('two call workers, two agent hosts, two gateways', () => {
  let stack: Stack;
  let second: { worker: Component; gateway: Gateway };
  let callers: { first: Callers; second: Callers };

  beforeAll(async () => {
    stack = await startStack({
      // LiveKit on Redis, as with several of its nodes, where that can be had.
      phone: phoneProblem() === undefined,
      env: { FLOWS_DIR: 'tests/e2e/flows', RECONCILE_EVERY_MS: '1000', RECONCILE_OLDER_THAN_MS: '2000' },
      agentEnv: { MAX_CONCURRENT_JOBS: `${CALLS}` },
    });
    second = { worker: await stack.startWorker(), gateway: await stack.startGateway() };
    callers = {
      first: new Callers(stack.urls.gateway, stack.env),
      second: new Callers(second.gateway.url, stack.env),
    };
  });
  afterAll(async () => {
    await Promise.all([callers?.first.leaveAll(), callers?.second.leaveAll()]);
    await Callers.dispose();
    await stack?.stop();
  });

  /** One call after the other, each with its agent; one gateway makes it, the other is asked. */
  async function callsOn(hostId: string) {
    const calls = [];
    for (let n = 0; n < CALLS; n++) {
      const [makes, tells] = n % 2 ? [callers.second, callers.first] : [callers.first, callers.second];
      const created = await makes.create(LECTURE);
      const { attempts } = await until('its agent', async () => {
        const view = await tells.view(created.callId);
        return view.stage === 'caller' ? view : undefined;
      });
      expect(attempts.at(-1)?.hostId).toBe(hostId);
      calls.push(created);
    }
    return calls;
  }

  const hostIdOf = async (agent: Stack['agents'][number]) =>
    ((await (await fetch(`${agent.healthUrl}/readyz`)).json()) as { hostId: string }).hostId;

  /** States of all workflow runs that these calls ever had. */
  async function runsOf(calls: LiveCall[]) {
    const connection = await Connection.connect({ address: stack.urls.temporal });
    const ids = calls.map(({ callId }) => `'${callWorkflowId(callId)}'`);
    const runs: string[] = [];
    for await (const { status } of new Client({ connection }).workflow.list({ query: `WorkflowId IN (${ids.join()})` }))
      runs.push(status.name);
    await connection.close();
    return runs;
  }

  it('one of each is killed while calls are on: no call is lost, each ends once, no room is left', SLOW, async () => {
    const doomed = await hostIdOf(stack.agents[0]!);
    const moving = await callsOn(doomed);
    // The first is full now. LiveKit chooses at random among those that are not.
    const staying = await hostIdOf(
      await stack.startAgent({ MAX_CONCURRENT_JOBS: `${2 * CALLS}`, AGENT_WARM_PROCESSES: `${2 * CALLS}` }),
    );
    const created = [...moving, ...(await callsOn(staying))];
    const calls: LiveCall[] = await Promise.all(created.map((each) => callers.first.join(each)));
    await until('every caller to hear the agent', () => calls.every(({ caller }) => caller.audibleMs > 500));

    await Promise.all([stack.gateway.kill(), stack.worker.kill(), stack.agents[0]!.kill()]);

    const views = await Promise.all(calls.map(({ callId }) => callers.second.ended(callId)));
    for (const [index, { ended, attempts, said }] of views.entries()) {
      expect(ended).toMatchObject({ reason: 'completed' });
      expect(said.map(({ node }) => node)).toEqual(['part-1', 'part-2', 'part-3', 'part-4', 'bye']);
      expect(attempts.at(-1)?.hostId).toBe(staying);
      const moved = index < moving.length;
      expect(attempts.some(({ outcome }) => outcome === 'lost')).toBe(moved);
      // Who stayed on a host that lived heard one agent from beginning to end.
      if (!moved) expect(Object.keys(spokenBy(calls[index]!.caller))).toEqual(['agent-1']);
    }
    await until('each call to have ended, once', async () => (await runsOf(calls)).every((run) => run === 'COMPLETED'));
    expect(await runsOf(calls)).toHaveLength(calls.length);
    await until('no room to be left', async () => (await callers.second.roomNames()).length === 0);
  });

  it('what is left takes new calls, and so does what comes back', SLOW, async () => {
    const call = await callers.second.call({ flowId: 'long', policy: PATIENT });
    expect((await call.ended()).ended?.reason).toBe('completed');
    await Promise.all([stack.gateway.restart(), stack.worker.restart(), stack.agents[0]!.restart()]);
    // Those that lived through it go: what is back carries the next call alone.
    await Promise.all([second.gateway.kill(), second.worker.kill(), stack.agents[1]!.kill()]);
    const again = await callers.first.call({ flowId: 'long', policy: PATIENT });
    expect((await again.ended()).ended?.reason).toBe('completed');
  });
});
