import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../../contract/index.js';
import type { CallPolicy, Flow } from '../../contract/index.js';
import { healthy, SAID } from '../support/scripted-agent.js';
import type { AgentScript, ScriptedAgent } from '../support/scripted-agent.js';
import { GREETING } from '../support/scripted-call.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import { namesOfActivities } from '../support/scripted-history.js';
import { always, NOTHING, unavailable } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const HINTED = 'It works.';

const WITH_PAUSE: Flow = {
  ...GREETING,
  nodes: {
    ...GREETING.nodes,
    greet: { type: 'say', text: 'Hello {{name}}!', next: 'pause' },
    pause: { type: 'wait', ms: 3_000, next: 'works' },
  },
};

/** Says all at once, but this text only when the gate is open; `busy` once it has begun. */
function holding(passed: Promise<unknown>, busy = gate()): AgentScript & { busy: Promise<void> } {
  const say = async (_agent: ScriptedAgent, { text }: { text: string }) => {
    if (text !== HINTED) return SAID;
    busy.open();
    await passed;
    return SAID;
  };
  return { ...healthy, say, busy: busy.passed };
}

const agentLeft = (call: ScriptedCall, identity: string) =>
  call.signal(MESSAGES.roomEvent, { kind: 'left', identity, sid: 'PA_agent', at: Date.now() });

describe.concurrent('an agent that is suspected', () => {
  test('a host that missed its heartbeat is asked again, and goes on with what it was saying', async () => {
    const stalled: AgentScript = {
      ...healthy,
      say: async (agent, { nodeRunId }) => {
        agent.silent = true;
        await agent.call.eventually(() => {
          if (agent.asked.filter((asked) => asked === nodeRunId).length < 2) throw new Error('asked once');
        });
        agent.silent = false;
        return SAID;
      },
    };
    const call = await world.call({ agents: [stalled], policy: { heartbeatMs: 1_000 } });
    const { ended, attempts, said } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ attempt: 1, outcome: 'ready' }]);
    expect(call.livekit.dispatched).toEqual([1]);
    expect(call.agents[0]!.spoken).toEqual(['Hello Ada!', 'It works.']);
    expect(said).toHaveLength(2);
  });

  test('a host that misses it twice has lost its agent', async () => {
    const dead = gate();
    const mute: AgentScript = {
      ...healthy,
      say: async (agent) => {
        agent.silent = true;
        await dead.passed;
        return SAID;
      },
    };
    const call = await world.call({ agents: [mute, healthy], policy: { heartbeatMs: 1_000 } });
    const { ended, attempts } = await call.result();
    dead.open();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([
      { outcome: 'lost', error: expect.stringContaining(`host ${call.agents[0]!.host.id} does not answer`) },
      { outcome: 'ready' },
    ]);
    expect(call.livekit.log).toContain('withdrawAgent 1');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('a host that is gone has lost its agent: the node goes to a new one', async () => {
    const host = await world.newHost();
    const dying: AgentScript = {
      ...healthy,
      host,
      say: async (_agent, { text }) => {
        if (text === HINTED) host.crash();
        return SAID;
      },
    };
    const call = await world.call({ agents: [dying, healthy], policy: { heartbeatMs: 1_000, reattachMs: 1_000 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome, hostId }) => [outcome, hostId === host.id])).toEqual([
      ['lost', true],
      ['ready', false],
    ]);
    expect(call.agents[1]!.spoken).toEqual(['Sorry about that, I am back.', 'It works.']);
  });

  /** Its host cannot be reached from the pause between two nodes on. */
  async function unreachable(policy: Partial<CallPolicy>) {
    const host = await world.newHost();
    const call = await world.call({ flow: WITH_PAUSE, agents: [{ ...healthy, host }, healthy], policy });
    await call.eventually(async () => expect((await call.view()).node).toBe('pause'));
    await host.leave();
    return { call, host };
  }
  const isAskedAgain = (call: ScriptedCall) =>
    call.eventually(async () => {
      const asked = (await namesOfActivities(call)).filter((name) => name === 'say');
      expect(asked).toHaveLength(2);
    });

  test('a host that did not take its work in time, since Temporal was away, is asked again', async () => {
    const { call, host } = await unreachable({ reattachMs: 8_000 });
    await isAskedAgain(call);
    await world.restart(host);
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ attempt: 1, outcome: 'ready' }]);
    expect(call.agents[0]!.spoken).toEqual(['Hello Ada!', 'It works.']);
  });

  test('a host that takes nothing twice has lost its agent', async () => {
    const { call, host } = await unreachable({ reattachMs: 1_000 });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([
      { outcome: 'lost', error: `its host ${host.id} does not answer` },
      { outcome: 'ready' },
    ]);
    expect(await namesOfActivities(call)).toContain('lookAtRoom');
    expect(call.agents[1]!.spoken).toEqual(['Sorry about that, I am back.', 'It works.']);
  });

  test('a host that takes nothing, and whose agent has left the room, has lost it at once', async () => {
    const { call } = await unreachable({ reattachMs: 1_000 });
    call.livekit.leave('agent-1');
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
    expect((await namesOfActivities(call)).filter((name) => name === 'say')).toHaveLength(2); // one on each host
  });

  test('a host that was heard of since it was suspected is suspected anew', async () => {
    const twice: AgentScript = {
      ...healthy,
      say: async (agent, { nodeRunId, text }) => {
        if (text !== HINTED) return SAID;
        const asked = (times: number) =>
          agent.call.eventually(() => {
            if (agent.asked.filter((each) => each === nodeRunId).length < times) throw new Error(`not ${times} times`);
          });
        agent.silent = true;
        await asked(2);
        agent.silent = false;
        await new Promise((resolve) => setTimeout(resolve, 3_000)); // longer than both limits together
        agent.silent = true;
        await asked(3);
        agent.silent = false;
        return SAID;
      },
    };
    const call = await world.call({ agents: [twice], policy: { heartbeatMs: 1_000, reattachMs: 1_000 } });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ attempt: 1, outcome: 'ready' }]);
  });

  test('a host that shuts down in mid-sentence has lost its agent', async () => {
    const host = await world.newHost();
    const leaving: AgentScript = {
      ...healthy,
      host,
      say: async (_agent, { text }) => {
        if (text !== HINTED) return SAID;
        host.shutDown();
        return new Promise(() => undefined);
      },
    };
    const call = await world.call({ agents: [leaving, healthy] });
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
  });

  test('a job that fails between two nodes is replaced before the next one', async () => {
    const call = await world.call({ flow: WITH_PAUSE });
    await call.eventually(async () => expect((await call.view()).node).toBe('pause'));
    await call.agents[0]!.fail('out of memory');
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ outcome: 'lost', error: 'out of memory' }, { outcome: 'ready' }]);
    expect(call.agents.map(({ spoken }) => spoken.at(-1))).toEqual(['Hello Ada!', 'It works.']);
  });

  test('a job that fails while its caller is on the way is replaced before it greets', async () => {
    const call = await world.call({ caller: false });
    await call.at('caller');
    await call.agents[0]!.fail('out of memory');
    await call.callerJoins();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
    expect(call.agents[0]!.spoken).toEqual([]);
  });

  test('said to have left, and LiveKit knows nothing of it: replaced', async () => {
    const hint = gate();
    const script = holding(hint.passed);
    const call = await world.call({ agents: [script, healthy] });
    await script.busy;
    call.livekit.leave('agent-1');
    await agentLeft(call, 'agent-1');
    const { ended, attempts } = await call.result();
    hint.open();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ outcome: 'lost', error: 'it left the room' }, { outcome: 'ready' }]);
  });

  test.each([
    ['LiveKit still has it', {}],
    ['LiveKit cannot be asked', { lookAtRoom: always(unavailable) }],
  ])('said to have left, but %s: kept', async (_why, livekit) => {
    const hint = gate();
    const script = holding(hint.passed);
    const call = await world.call({ agents: [script], livekit });
    await script.busy;
    await agentLeft(call, 'agent-1');
    await call.eventually(async () => {
      const looks = await namesOfActivities(call, 'answered');
      expect(looks).toContain('lookAtRoom');
    });
    hint.open();
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('completed');
    expect(attempts).toMatchObject([{ outcome: 'ready' }]);
  });

  test('an earlier agent that leaves is nobody to look for', async () => {
    const hint = gate();
    const script = holding(hint.passed);
    const call = await world.call({ agents: [script] });
    await script.busy;
    for (const identity of ['agent-0', 'agent-7', 'someone']) await agentLeft(call, identity);
    await call.view();
    hint.open();
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.livekit.log).not.toContain('lookAtRoom');
  });
});
