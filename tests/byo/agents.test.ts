import pMap from 'p-map';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt } from '../../contract/index.js';
import { startServers, type Servers } from '../../scripts/faults/world/servers.js';
import { beganAt, Callers, type LiveCall, PATIENT, spokenBy, stagesOf, until } from '../e2e/harness.js';
import { OwnWorker } from './own-worker.js';
import { PROGRAMS } from './programs.js';

/** What one beep is heard as, at least and at most. Milliseconds. */
const BEEP_MS = { least: 150, most: 280 };
const LOAD_MS = 2_000;
const agent = { name: 'my-agent' };
const slowAgent = { name: 'my-slow-agent' };

let servers: Servers;
let callers: Callers;
beforeAll(async () => {
  servers = await startServers({ FLOWS_DIR: 'scripts/faults/flows' });
  await servers.startWorker();
  callers = new Callers(servers.gatewayUrl, servers.env);
});
afterAll(async () => {
  await servers?.stop();
  await Callers.dispose();
});

/** The job process of an attempt: its worker says `<host>-<pid>`. */
function kill({ hostId = '' }: Attempt): void {
  process.kill(Number(/-(\d+)$/.exec(hostId)![1]), 'SIGKILL');
}

const attemptThatIs = (call: LiveCall, outcome: Attempt['outcome']): Promise<Attempt> =>
  until(`an attempt that is ${outcome}`, async () =>
    (await call.view()).attempts.find((attempt) => attempt.outcome === outcome && attempt.hostId),
  );

describe.each(PROGRAMS)('an ordinary $name agent', (program) => {
  const workers: OwnWorker[] = [];
  const startWorker = async (name: string, more: Record<string, string> = {}) => {
    const env = { AGENT_NAME: name, LIVEKIT_URL: `ws://127.0.0.1:${servers.env.LIVEKIT_PORT}` };
    workers.push(await new OwnWorker(program, { ...env, ...more }, servers.logDir).start());
  };
  beforeAll(async () => {
    await Promise.all([startWorker(agent.name), startWorker(slowAgent.name, { EXAMPLE_LOAD_MS: `${LOAD_MS}` })]);
  });
  afterEach(async () => {
    servers.livekitApi.rule = undefined;
    await callers.leaveAll();
  });
  afterAll(() => Promise.all(workers.splice(0).map((worker) => worker.stop())));

  it('holds its conversation, and the call has our stages, outcome and clean-up', async () => {
    const call = await callers.call({ agent, flowId: 'counting', variables: { beeps: 4 }, policy: PATIENT });
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', by: 'agent', fault: 'none', outcome: 'counted' });
    expect(view).toMatchObject({ flowId: 'counting', variables: { beeps: 4, counted: 4 } });
    expect(stagesOf(view)).toEqual([
      ...['admitted', 'room', 'dispatch', 'agent-ready', 'caller', 'flow', 'cleanup', 'ended'],
    ]);
    expect(call.caller.audibleMs).toBeGreaterThan(4 * BEEP_MS.least);
    expect(call.caller.segments[0]!.startAt).toBeGreaterThan(beganAt(view, 'flow'));
    expect(view.cleanup.every(({ ok }) => ok)).toBe(true);
    await until('no room to be left', async () => (await callers.roomNames()).length === 0 || undefined);
  });

  it('ten calls, 30 % of dispatches dropped: every one is set up and heard', async () => {
    // Every third dispatch or so, whichever call it is of.
    let dispatches = 0;
    const dropped = new Set([0, 3, 6, 8, 11]);
    servers.livekitApi.rule = ({ method }) =>
      method === 'CreateDispatch' && dropped.has(dispatches++) ? { kind: 'swallow' } : undefined;
    const policy = { ...PATIENT, acceptMs: 4_000 };
    const views = await pMap(
      Array.from({ length: 10 }),
      async () => {
        const call = await callers.call({ agent, variables: { beeps: 2 }, policy });
        return { call, view: await call.ended() };
      },
      { concurrency: 2 },
    );
    for (const { call, view } of views) {
      expect(view.ended, JSON.stringify(view.attempts)).toMatchObject({ reason: 'completed' });
      expect(Object.keys(spokenBy(call.caller))).toHaveLength(1);
    }
    const lost = views.flatMap(({ view }) => view.attempts).filter(({ outcome }) => outcome === 'not-accepted');
    expect(lost.length).toBeGreaterThanOrEqual(3);
  });

  it('slow to load never gets the start early', async () => {
    const call = await callers.call({ agent: slowAgent, variables: { beeps: 2 }, policy: PATIENT });
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts).toHaveLength(1);
    expect(beganAt(view, 'flow') - beganAt(view, 'dispatch')).toBeGreaterThan(LOAD_MS);
  });

  it('killed before it is ready is replaced', async () => {
    const policy = { ...PATIENT, renewMs: 4_000 };
    const call = await callers.call({ agent: slowAgent, variables: { beeps: 2 }, policy });
    kill(await attemptThatIs(call, 'accepted'));
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['not-renewed', 'ready']);
  });

  it('killed in the conversation is replaced, and the next one goes on where it was', async () => {
    const beeps = 12;
    const policy = { ...PATIENT, heartbeatMs: 3_000 };
    const call = await callers.call({ agent, variables: { beeps }, policy });
    await until('four beeps', () => call.caller.audibleMs > 4 * BEEP_MS.least || undefined);
    kill(await attemptThatIs(call, 'ready'));
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'counted' });
    expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
    const [first = 0, second = 0, ...more] = Object.values(spokenBy(call.caller));
    expect(more).toEqual([]);
    expect(second).toBeGreaterThan(2 * BEEP_MS.least);
    // The beep that was cut short may be heard again; what was counted before is not.
    expect(first + second).toBeGreaterThan((beeps - 1) * BEEP_MS.least);
    expect(first + second).toBeLessThan((beeps + 2) * BEEP_MS.most);
  });
});
