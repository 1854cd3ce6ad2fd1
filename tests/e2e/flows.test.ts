import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { joinAsCaller } from '../../scripts/call/caller.js';
import { type Stack, startStack } from '../support/stack.js';
import { type Backend, startBackend } from './backend.js';
import { Speaker } from './speaker.js';
import { Callers, type LiveCall, PATIENT, spokenBy, until } from './harness.js';

let stack: Stack;
let callers: Callers;
let backend: Backend;

beforeAll(async () => {
  backend = await startBackend();
  stack = await startStack({
    env: {
      FLOWS_DIR: 'tests/e2e/flows',
      HTTP_ALLOW_HOSTS: backend.host,
      FLOW_CONFIG_BACKEND: `http://${backend.host}`,
      FLOW_SECRET_BACKEND: 'a-secret',
    },
    agentEnv: { AGENT_WARM_PROCESSES: '2' },
  });
  callers = new Callers(stack.urls.gateway, stack.env);
});
afterEach(() => callers.leaveAll());
afterAll(async () => {
  await stack?.stop();
  await backend?.stop();
  await Callers.dispose();
});

/** Barge-in. The fastest of some tries counts: on a busy machine LiveKit and the caller are late as well. Milliseconds. */
const SILENT_AFTER_MS = 300;
const FASTEST = { retry: { count: 5, delay: 3_000 } };

const start = (flowId: string, variables = {}) => callers.call({ flowId, variables, policy: PATIENT });

/** Until a node is asked, and the caller hears so much of the call. */
async function at(call: LiveCall, node: string, audibleMs = 0): Promise<void> {
  await until(`node ${node}, and ${audibleMs} ms of speech`, async () => {
    const view = await call.view();
    if (view.ended) throw new Error(`the call has ended: ${JSON.stringify(view.ended)}`);
    return (view.node === node && call.caller.audibleMs >= audibleMs) || undefined;
  });
}

const linesOf = async (call: LiveCall) => (await call.view()).said.map(({ who, node, text }) => [who, node, text]);

describe('keys', () => {
  it('stop the prompt at once and lead into the right branch; digits are collected', FASTEST, async () => {
    const call = await start('menu');
    await at(call, 'menu', 1_500);
    const pressedAt = Date.now();
    await call.caller.sendDtmf('1');
    const heardUntil = () => call.caller.segments.filter(({ startAt }) => startAt <= pressedAt).at(-1)!.endAt;
    await at(call, 'pin');
    console.log(`key -> silence: ${heardUntil() - pressedAt} ms`);
    expect(heardUntil() - pressedAt).toBeLessThan(SILENT_AFTER_MS);
    await call.caller.sendDtmf('42');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(view.variables).toEqual({ pin: '42' });
    expect(await linesOf(call)).toEqual([
      ['agent', 'welcome', 'Welcome.'],
      ['agent', 'menu', expect.stringContaining('press one')],
      ['caller', 'menu', '1'],
      ['agent', 'pin', 'Now enter your four digits.'],
      ['caller', 'pin', '42'],
      ['agent', 'thanks', 'Thank you, 42 it is.'],
      ['agent', 'bye', 'Goodbye.'],
    ]);
  });

  it('that were pressed while an announcement played cut it short and answer the question after it', async () => {
    const call = await start('announcement');
    await at(call, 'long', 1_000);
    await call.caller.sendDtmf('2');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'two' });
    expect(view.said.map(({ node, who }) => [node, who])).toEqual([
      ['long', 'agent'],
      ['ask', 'agent'],
      ['ask', 'caller'],
      ['second', 'agent'],
    ]);
    expect(call.caller.audibleMs).toBeLessThan(5_000);
  });

  it('that mean nothing here are not understood: the question is asked again, and answered by typing', async () => {
    const call = await start('menu');
    await at(call, 'menu', 500);
    await call.caller.sendDtmf('9#');
    await until('the question to be asked again', async () =>
      (await linesOf(call)).some(([, , text]) => text!.startsWith('I did not understand')),
    );
    await call.caller.sendText('Shave!');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(await linesOf(call)).toEqual(
      expect.arrayContaining([
        ['caller', 'menu', '9'],
        ['caller', 'menu', 'Shave!'],
        ['agent', 'shave', 'A shave it is.'],
      ]),
    );
  });
});

describe('two prompts in a row', () => {
  it('leave less than 400 ms of silence between them', FASTEST, async () => {
    const { livekit } = await callers.create({ flowId: 'long', policy: PATIENT });
    const caller = await joinAsCaller({ ...livekit!, gapMs: 50 });
    try {
      await caller.disconnected;
      const pauses = caller.segments.slice(1).map(({ startAt }, i) => startAt - caller.segments[i]!.endAt);
      console.log(`longest silence in two prompts: ${Math.max(...pauses)} ms`);
      expect(caller.audibleMs).toBeGreaterThan(6_000);
      expect(Math.max(...pauses)).toBeLessThan(400);
    } finally {
      await caller.leave();
    }
  });
});

describe('a silent caller', () => {
  it('is asked again, then the flow goes on without them', async () => {
    const call = await start('silence');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'nobody' });
    expect(view.said.map(({ text }) => text)).toEqual([
      'Are you there?',
      'I did not hear you. Are you there?',
      'Then goodbye.',
    ]);
  });
});

describe('an agent killed inside a question', () => {
  it('is replaced, and the next one asks it again with what was answered before', async () => {
    const call = await start('menu');
    await at(call, 'menu', 500);
    await call.caller.sendDtmf('1');
    await at(call, 'pin', call.caller.audibleMs + 500);
    const { jobs } = (await (await fetch(`${stack.agents[0]!.healthUrl}/jobs`)).json()) as {
      jobs: { callId: string; pid: number }[];
    };
    process.kill(jobs.find(({ callId }) => callId === call.callId)!.pid, 'SIGKILL');
    await until('the next agent to be heard', () => spokenBy(call.caller)['agent-2']! > 1_000 || undefined);
    await at(call, 'pin');
    await call.caller.sendDtmf('123#');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
    expect(view.variables).toEqual({ pin: '123' });
    expect(view.said.map(({ node }) => node)).toEqual([
      'welcome',
      'menu',
      'menu',
      'pin',
      'resume',
      'pin',
      'thanks',
      'bye',
    ]);
  });
});

describe('speech', () => {
  /** A call of a caller who speaks, once the agent has been heard for a moment. */
  async function speaking(flowId: string) {
    const created = await callers.create({ flowId, policy: PATIENT });
    await until('the room', async () => (await callers.roomNames()).includes(created.room));
    const speaker = await new Speaker().join(created.livekit!);
    const said = async () => (await callers.view(created.callId)).said;
    await until('the agent to be heard', () => speaker.heardMs > 1_500);
    return { speaker, said, ended: () => callers.ended(created.callId) };
  }

  it('that is understood answers, in the middle of the prompt; what is not is asked again', async () => {
    const { speaker, said, ended } = await speaking('confirm');
    try {
      await speaker.say('my name is John');
      await until('something else not to be understood', async () =>
        (await said()).some(({ text }) => text.startsWith('I did not understand.')),
      );
      await speaker.say('yes');
      const view = await ended();
      expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'yes' });
      expect(view.said.filter(({ who }) => who === 'caller')).toMatchObject([
        { text: '' },
        { text: expect.stringMatching(/^(yes|yeah|yep|yup)$/) as string },
      ]);
    } finally {
      await speaker.leave();
    }
  });

  it('stops the prompt within 300 ms', FASTEST, async () => {
    const { speaker, ended } = await speaking('confirm');
    try {
      const stoppedMs = await speaker.interrupt('yes');
      console.log(`speech -> silence: ${stoppedMs} ms`);
      expect((await ended()).ended).toMatchObject({ outcome: 'yes' });
      expect(stoppedMs).toBeGreaterThan(0);
      expect(stoppedMs).toBeLessThan(SILENT_AFTER_MS);
    } finally {
      await speaker.leave();
    }
  });
});

describe('a request to the own server', () => {
  const outcomeOf = async (path: string) => {
    const call = await start('backend', { path });
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    return { outcome: view.ended!.outcome, asked: backend.asked(path), view };
  };

  it('sends what the flow says, and its answer becomes words', async () => {
    const { outcome, asked, view } = await outcomeOf('book');
    expect(outcome).toBe('booked');
    expect(asked).toEqual([
      {
        method: 'POST',
        body: { name: 'Ada' },
        authorization: 'Bearer a-secret',
        key: `${view.callId}-1-request`,
      },
    ]);
    expect(view.variables).toMatchObject({ reference: 'B-17' });
    expect(view.said.at(-1)!.text).toBe('Your reference is B-17.');
  });

  it.each([
    ['missing', 'unknown', 1],
    ['refuse', 'refused', 1],
    ['broken', 'failed', 3],
    ['redirect', 'failed', 1],
  ])('that the server answers with "%s" is %s after %i attempts', async (path, outcome, attempts) => {
    const result = await outcomeOf(path);
    expect(result.outcome).toBe(outcome);
    expect(result.asked).toHaveLength(attempts);
    expect(new Set(result.asked.map(({ key }) => key)).size).toBe(1);
  });

  it('is repeated when the server cannot yet, and the caller hears that it takes a moment', async () => {
    const { outcome, asked, view } = await outcomeOf('busy');
    expect(outcome).toBe('booked');
    expect(asked).toHaveLength(2);
    expect(view.said.map(({ text }) => text)).toEqual(['One moment please.', 'Your reference is B-17.']);
  });

  it('that nobody answers is late', async () => {
    expect((await outcomeOf('never')).outcome).toBe('late');
  });
});
