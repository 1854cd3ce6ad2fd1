import { describe, expect, test } from 'vitest';
import { acceptsOnly, healthy, readyAtOnce } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { NOTHING } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const failsLoading: AgentScript = {
  async dispatched(agent) {
    await agent.accept();
    await agent.fail('no speech model');
  },
};
const speaksProtocol = (protocol: number): AgentScript => ({
  async dispatched(agent) {
    await agent.accept();
    await agent.ready({ protocol });
  },
});

describe.concurrent('readiness', () => {
  test('a job that is not heard of again is replaced', async () => {
    const call = await world.call({ agents: [acceptsOnly, readyAtOnce], policy: { renewMs: 80 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['not-renewed', 'ready']);
    expect(call.livekit.log).toContain('withdrawAgent 1');
  });

  test('a job that waits for a warm process and says so keeps its attempt', async () => {
    const patient: AgentScript = {
      dispatched(agent) {
        const renewMs = 1_500;
        const began = Date.now();
        const renew = async (queued: number): Promise<void> => {
          if (Date.now() - began > 2 * renewMs) return agent.ready();
          await agent.accept({ queued });
          await new Promise((resolve) => setTimeout(resolve, 100));
          return renew(Math.max(0, queued - 1));
        };
        void renew(3);
      },
    };
    const call = await world.call({ agents: [patient, healthy], policy: { renewMs: 1_500 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ outcome: 'ready' }]);
    expect(attempts[0]!.readyMs).toBeGreaterThan(3_000);
  });

  test('ready without accepted is ready', async () => {
    const call = await world.call({ agents: [{ dispatched: (agent) => agent.ready() }] });
    const { ended, timeline } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(timeline.map(({ stage }) => stage)).toContain('agent-ready');
  });

  test('an agent that fails while it loads is replaced at once', async () => {
    const call = await world.call({ agents: [failsLoading, healthy] });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ outcome: 'failed', error: 'no speech model' }, { outcome: 'ready' }]);
  });

  test('an agent host of another version is not started on', async () => {
    const call = await world.call({ agents: [speaksProtocol(99), healthy] });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts[0]).toMatchObject({ outcome: 'failed', error: expect.stringMatching(/protocol 99.*deploy both/) });
    expect(call.agents[0]!.started).toHaveLength(0);
  });

  test.each<[string, AgentScript, object, RegExp]>([
    ['accepted but never ready', acceptsOnly, { readyMs: 2_000 }, /attempt 1 not-ready/],
    ['accepted but never renewed', acceptsOnly, { renewMs: 60 }, /attempt 1 not-renewed, attempt 2 not-renewed/],
    ['always fails to load', failsLoading, {}, /attempt 1 failed \(no speech model\), attempt 2 failed/],
    ['always of another version', speaksProtocol(2), {}, /attempt 2 failed \(agent host .* speaks protocol 2/],
  ])('%s: agent-ready-timeout, with each attempt', async (_how, script, policy, attempts) => {
    const call = await world.call({ agents: [script], policy: { dispatchAttempts: 2, ...policy } });
    const { ended, cleanup } = await call.result();
    expect(ended).toMatchObject({ reason: 'agent-ready-timeout', by: 'system', fault: 'platform', retryable: true });
    expect(ended?.detail).toMatch(attempts);
    expect(ended?.detail).toContain("check agent-worker.log and the agent's health endpoint");
    expect(cleanup.every(({ ok }) => ok)).toBe(true);
    expect(call.livekit.remains).toEqual(NOTHING);
  });
});
