import { describe, expect, test } from 'vitest';
import { MESSAGES, OWN_AGENT } from '../../contract/index.js';
import type { Flow } from '../../contract/index.js';
import { healthy, lost, SAID } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { DIALS, GREETING } from '../support/scripted-call.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import { NOTHING } from '../support/scripted-livekit.js';
import { responds } from '../support/scripted-phone.js';
import type { ReferScript } from '../support/scripted-phone.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const input = DIALS;

const flow = (on: Record<string, string | null>, to = '+4930901820'): Flow => ({
  ...GREETING,
  start: 'desk',
  nodes: {
    desk: { type: 'transfer', to, timeoutMs: 1_000, on: { connected: null, failed: 'sorry', ...on } },
    sorry: { type: 'say', text: 'Nobody is there.', next: null },
    busy: { type: 'say', text: 'They are busy.', next: null },
    unclear: { type: 'say', text: 'Are you still there?', next: null },
    book: { type: 'set', values: {}, next: 'thanks' },
    thanks: { type: 'say', text: 'Thank you.', next: null },
  },
});

/** What the timeline says of it. */
const transfersOf = async (call: ScriptedCall) => {
  const { timeline } = await call.result();
  return timeline
    .filter(({ detail }) => detail?.startsWith('transfer'))
    .map(({ stage, detail }) => `${stage}: ${detail}`);
};
const lostAnswer: ReferScript = () => Promise.reject(new TypeError('fetch failed'));
const leavesUnheard: ReferScript = (line) => {
  line.end();
  return lostAnswer(line);
};

describe.concurrent('a transfer node', () => {
  test('hands the caller over: the call ends as transferred', async () => {
    const call = await world.call({ input, flow: flow({}) });
    const { ended } = await call.result();
    expect(ended).toMatchObject({ reason: 'transferred', by: 'agent', fault: 'none' });
    expect(await transfersOf(call)).toEqual([
      'flow: transfer (desk)',
      'flow: transfer (desk): connected (the carrier took the caller over)',
    ]);
    expect(call.livekit.refers).toBe(1);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test.each([
    [486, { busy: 'busy' }, 'They are busy.'],
    [486, {}, 'Nobody is there.'],
    [480, { noAnswer: 'busy' }, 'They are busy.'],
    [603, { busy: 'busy' }, 'Nobody is there.'],
  ])('refused with %i gives the caller back to the flow: %j', async (code, on, text) => {
    const call = await world.call({ input, flow: flow(on as Record<string, string>), refer: responds(code, 'No') });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.agents[0]!.spoken).toEqual([text]);
    expect((await transfersOf(call))[1]).toContain(`(SIP ${code} No)`);
  });

  test('that fails without another way ends the call, and says why', async () => {
    const call = await world.call({ input, flow: flow({ failed: null }), refer: responds(603, 'Decline') });
    const { ended } = await call.result();
    expect(ended).toMatchObject({ reason: 'transfer-failed', fault: 'carrier' });
    expect(ended?.detail).toContain('SIP 603 Decline');
  });

  test('whose outcome nobody knows is "unknown", not "failed"', async () => {
    const call = await world.call({ input, flow: flow({ unknown: 'unclear' }), refer: lostAnswer });
    await call.result();
    expect(call.agents[0]!.spoken).toEqual(['Are you still there?']);
    expect((await transfersOf(call))[1]).toMatch(/: unknown \(.*still here\)/);
    expect(call.livekit.refers).toBe(1);
  });

  test('whose outcome nobody knows, and the caller is gone: they were transferred', async () => {
    const call = await world.call({ input, flow: flow({}), refer: leavesUnheard });
    expect((await call.result()).ended?.reason).toBe('transferred');
    expect((await transfersOf(call))[1]).toMatch(/: unknown \(.*has left\)/);
  });

  test('is asked for once, however often its worker seems to die', async () => {
    const done = gate();
    const refer: ReferScript = () => done.passed;
    const call = await world.call({ input, flow: flow({ unknown: 'unclear' }), refer, policy: { heartbeatMs: 150 } });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.livekit.refers).toBe(1);
    done.open();
  });

  test('goes nowhere that is not allowed', async () => {
    const call = await world.call({ input, flow: flow({}, 'sip:anybody@elsewhere.example') });
    await call.result();
    expect(call.livekit.refers).toBe(0);
    expect((await transfersOf(call))[1]).toContain('PHONE_ALLOW');
  });

  test('is not waited for by whoever hangs up', async () => {
    const call = await world.call({ input, flow: flow({}), refer: () => new Promise(() => undefined) });
    await call.asked('refer');
    await call.hangup();
    expect((await call.result()).ended?.reason).toBe('operator-canceled');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('lets the flow finish what needs no caller', async () => {
    const call = await world.call({ input, flow: flow({ connected: 'book' }) });
    expect((await call.result()).ended?.reason).toBe('transferred');
    expect(call.agents[0]!.spoken).toEqual([]);
  });

  test.each(['is closed', 'is asked to transfer again'])('is not undone when the empty room %s', async (what) => {
    const pause: Flow['nodes'][string] = { type: 'wait', ms: 3_000, next: 'book' };
    const scene = flow({ connected: 'pause' });
    const call = await world.call({ input, flow: { ...scene, nodes: { ...scene.nodes, pause } } });
    await call.eventually(async () => expect((await call.view()).timeline.at(-1)?.detail).toContain('connected'));
    if (what === 'is closed') {
      call.livekit.vanish();
      await call.signal(MESSAGES.roomEvent, { kind: 'room-finished', at: Date.now() });
      await call.asked('lookAtRoom');
    } else await call.signal(MESSAGES.transfer, { phone: '+4930901821' });
    expect((await call.result()).ended).toMatchObject({ reason: 'transferred', by: 'agent' });
    expect(call.livekit.refers).toBe(1);
  });

  test('takes a caller whose line goes with the transfer for transferred', async () => {
    const refer: ReferScript = (line) => call.callerLeaves({ sid: line.sid, intentional: true });
    const call: ScriptedCall = world.prepare({ input, flow: flow({}), refer });
    await call.start();
    expect((await call.result()).ended?.reason).toBe('transferred');
  });

  test('of a web call fails: the flow goes on', async () => {
    const call = await world.call({ flow: flow({}) });
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.agents[0]!.spoken).toEqual(['Nobody is there.']);
    expect(call.livekit.refers).toBe(0);
  });
});

describe.concurrent('a transfer that the API asks for', () => {
  const held = () => {
    const [begun, speak] = [gate(), gate()];
    const agent: AgentScript = {
      ...healthy,
      async say() {
        begun.open();
        await speak.passed;
        return SAID;
      },
    };
    return { agents: [agent], begun, speak };
  };
  const ask = (call: ScriptedCall, phone: unknown = '+4930901820') => call.signal(MESSAGES.transfer, { phone });
  /** A call whose transfer is under way until `done`. */
  const referring = async () => {
    const done = gate();
    const { agents, begun, speak } = held();
    const call = await world.call({ input, agents, refer: () => done.passed });
    await begun.passed;
    await ask(call);
    await call.asked('refer');
    return { call, speak, done };
  };

  test('ends the call as transferred, whatever is being said', async () => {
    const { agents, begun } = held();
    const call = await world.call({ input, agents });
    await begun.passed;
    await ask(call);
    expect((await call.result()).ended).toMatchObject({ reason: 'transferred', by: 'api' });
    expect(await transfersOf(call)).toHaveLength(2);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('leaves the conversation alone when it fails', async () => {
    const { agents, begun, speak } = held();
    const call = await world.call({ input, agents, refer: responds(486, 'Busy Here') });
    await begun.passed;
    await ask(call);
    await call.asked('refer');
    await call.eventually(async () => expect((await call.view()).timeline.at(-1)?.detail).toContain('busy'));
    speak.open();
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.agents[0]!.spoken).toEqual(['Hello Ada!', 'It works.']);
  });

  test('is the only one while it is under way, and the timeline says so of another', async () => {
    const { call, speak, done } = await referring();
    await ask(call, '+4930901821');
    await ask(call, '+4930901822');
    done.open();
    expect(await transfersOf(call)).toEqual([
      'flow: transfer (API)',
      'flow: transfer (API): not done, another is under way',
      expect.stringContaining('flow: transfer (API): connected'),
    ]);
    expect(call.livekit.refers).toBe(1);
    speak.open();
  });

  test('is not cut off by a flow that ends meanwhile', async () => {
    const { call, speak, done } = await referring();
    speak.open();
    await call.eventually(() => expect(call.agents[0]!.spoken).toHaveLength(2));
    done.open();
    expect((await call.result()).ended).toMatchObject({ reason: 'transferred', by: 'api' });
  });

  test('is not cut off by an own agent that is done meanwhile', async () => {
    const referred = gate();
    const flow = { schema: OWN_AGENT, id: 'mine' } as const;
    const call = await world.call({ agents: [lost], input: { ...input, flow }, refer: () => referred.passed });
    await call.asked('dispatchAgent 1');
    const job = { attempt: 1, jobId: 'AJ_1' };
    await call.handle.executeUpdate(MESSAGES.ownReady, { args: [{ ...job, hostId: 'own' }] });
    await ask(call);
    await call.asked('refer');
    await call.signal(MESSAGES.ownDone, job);
    await call.view(); // the signal has been dealt with
    referred.open();
    expect((await call.result()).ended).toMatchObject({ reason: 'transferred', by: 'api' });
  });

  test('is ignored where it makes no sense', async () => {
    const { agents, begun, speak } = held();
    const [web, phone] = await Promise.all([
      world.call({ agents: [healthy], caller: false }),
      world.call({ input, agents }),
    ]);
    await web.at('caller');
    await ask(web);
    await begun.passed;
    await ask(phone, { number: 1 });
    await phone.signal(MESSAGES.transfer);
    speak.open();
    await web.callerJoins();
    for (const call of [web, phone]) {
      expect((await call.result()).ended?.reason).toBe('completed');
      expect(call.livekit.refers).toBe(0);
    }
  });
});
