import { describe, expect, test } from 'vitest';
import { AGENT_PROTOCOL, CALLER_IDENTITY, MESSAGES } from '../../contract/index.js';
import { acceptsOnly, healthy, lost, SAID } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { gate } from '../support/scripted-gate.js';
import { namesOfSignals } from '../support/scripted-history.js';
import { worksAfter } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

const GARBAGE = [null, undefined, 'text', 42, [], {}, { attempt: 1 }, { attempt: null, hostId: null, jobId: null }];
const FROM = { hostId: 'host-evil', jobId: 'AJ_evil', queued: 0, identity: 'agent-1', protocol: AGENT_PROTOCOL };
const BAD_SENDERS = [
  { ...FROM, attempt: 2 },
  { ...FROM, attempt: 0 },
  { ...FROM, attempt: '1' },
  { ...FROM, attempt: 1, hostId: '../calls' },
  { ...FROM, attempt: 1, hostId: 'a host' },
  { ...FROM, attempt: 1, hostId: '' },
  { ...FROM, attempt: 1, hostId: 'x'.repeat(101) },
  { ...FROM, attempt: 1, hostId: { toString: 'calls' } },
  { ...FROM, attempt: 1, jobId: 7 },
  { ...FROM, attempt: 1, jobId: undefined },
];
const NO_FAILURES = [{ attempt: 2, jobId: 'AJ_evil', error: 'x' }, { attempt: '1' }, { attempt: 1, jobId: 'AJ_evil' }];
const NOBODY = [
  { kind: 'vanished', identity: CALLER_IDENTITY, sid: 'PA_1' },
  { kind: 'left', identity: 'stranger', sid: 'PA_9' },
  { kind: 'joined', sid: 'PA_9' },
  { kind: 'joined', identity: ['caller'], sid: 'PA_9' },
];

const speaksWhen = (passed: Promise<void>): AgentScript => ({ ...healthy, say: () => passed.then(() => SAID) });

describe.concurrent('messages that do not fit change nothing', () => {
  test.each([
    [MESSAGES.agentAccepted, [...GARBAGE, ...BAD_SENDERS]],
    [MESSAGES.agentReady, [...GARBAGE, ...BAD_SENDERS]],
    [MESSAGES.agentFailed, [...GARBAGE, ...NO_FAILURES.slice(0, 2)]],
    [MESSAGES.roomEvent, [...GARBAGE, ...NOBODY]],
  ])('%s while an agent is waited for', async (name, payloads) => {
    const call = await world.call({ agents: [lost], caller: false });
    await call.asked('dispatchAgent 1');
    await call.at('dispatch');
    const before = await call.view();
    for (const payload of payloads) await call.signal(name, payload);
    await call.eventually(async () => expect(await namesOfSignals(call)).toHaveLength(payloads.length));
    expect(await call.view()).toEqual(before);
    await call.agents[0]!.accept();
    await call.agents[0]!.ready();
    await call.callerJoins();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ hostId: call.agents[0]!.host.id, outcome: 'ready' }]);
  });

  test.each([
    [MESSAGES.agentAccepted, [{ ...FROM, attempt: 1 }]],
    [MESSAGES.agentFailed, NO_FAILURES],
  ])('%s of another job than the one that accepted', async (name, payloads) => {
    const call = await world.call({ agents: [acceptsOnly] });
    await call.at('agent-ready');
    for (const payload of payloads) await call.signal(name, payload);
    await call.agents[0]!.ready();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ jobId: call.agents[0]!.jobId, outcome: 'ready' }]);
  });

  test('anything said of agents while the call has its agent', async () => {
    const quiet = gate();
    const call = await world.call({ agents: [speaksWhen(quiet.passed)] });
    await call.at('flow');
    const before = await call.view();
    const [agent] = call.agents;
    for (const name of [MESSAGES.agentAccepted, MESSAGES.agentReady])
      for (const payload of [...GARBAGE, ...BAD_SENDERS, { ...FROM, attempt: 1 }]) await call.signal(name, payload);
    for (const payload of [...GARBAGE, ...NO_FAILURES]) await call.signal(MESSAGES.agentFailed, payload);
    await agent!.accept();
    await agent!.ready();
    expect(await call.view()).toEqual(before);
    quiet.open();
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test('anything at all once the call has ended', async () => {
    const back = gate();
    const call = await world.call({ livekit: { deleteRoom: [worksAfter(back.passed)] } });
    await call.asked('deleteRoom');
    const before = await call.view();
    const [agent] = call.agents;
    await agent!.fail('late');
    await agent!.accept();
    await agent!.ready();
    await call.callerLeaves({ intentional: true });
    await call.hangup();
    for (const name of Object.values(MESSAGES).slice(0, 4))
      for (const payload of GARBAGE) await call.signal(name, payload);
    expect(await call.view()).toEqual(before);
    back.open();
    expect((await call.result()).ended).toEqual(before.ended);
  });

  test('an explanation without end: the call ends all the same, and shows the beginning of it', async () => {
    const endless = 'no memory '.repeat(80_000); // three of them in the result are more than Temporal takes
    const fails: AgentScript = { dispatched: (agent) => agent.fail(endless) };
    const call = await world.call({ agents: [fails], policy: { dispatchAttempts: 3 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('agent-ready-timeout');
    expect(ended?.detail).toContain('no memory');
    expect(attempts.map(({ error }) => error!.length)).toEqual([501, 501, 501]);
  });

  test('the same message again', async () => {
    const eager: AgentScript = {
      async dispatched(agent) {
        for (let i = 0; i < 3; i++) await agent.accept();
        for (let i = 0; i < 3; i++) await agent.ready();
        await agent.accept();
      },
    };
    const call = await world.call({ agents: [eager] });
    for (let i = 0; i < 3; i++) await call.callerJoins();
    const { ended, attempts, said } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toHaveLength(1);
    expect(said).toHaveLength(2);
    expect(call.agents[0]!.started).toHaveLength(1);
  });

  test('two jobs of one attempt: the first that is ready holds it', async () => {
    const call = await world.call({ agents: [acceptsOnly], caller: false });
    await call.at('agent-ready');
    const [agent] = call.agents;
    await agent!.ready();
    await agent!.ready({ jobId: 'AJ_second' });
    await call.callerJoins();
    const { attempts } = await call.result();
    expect(attempts).toMatchObject([{ jobId: agent!.jobId }]);
  });
});
