import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Asked, RemoteFlow } from '../../contract/index.js';
import { answers, done, never, RemoteBackend, resets, say, started, streams } from '../support/remote-backend.js';
import { diesSaying, healthy } from '../support/scripted-agent.js';
import type { AgentScript, ScriptedAgent } from '../support/scripted-agent.js';
import type { Scene } from '../support/scripted-call.js';
import { gate } from '../support/scripted-gate.js';
import { NOTHING } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
let backend: RemoteBackend;
beforeEach(async () => {
  backend = await new RemoteBackend().start();
});
afterEach(() => backend.stop());

const typed = (value: string): Asked => ({ kind: 'answered', value, via: 'typed', heard: value });

/** An agent whose caller answers what it is asked, one after the other, and then no more. */
const answering = (...given: Asked[]): AgentScript => {
  const left = [...given];
  return { ...healthy, ask: () => Promise.resolve(left.shift() ?? { kind: 'noInput' }) };
};

const call = (more: Partial<RemoteFlow> = {}, scene: Scene = {}) => {
  const { agents = [answering(typed('hello'), typed('yes'))] } = scene;
  return world.call({ ...scene, flow: backend.flow(more), agents });
};

const BYE = answers({ say: 'Goodbye.', end: { outcome: 'done' } });

describe('a remote flow', () => {
  test('is started once, asked turn by turn, and told of the end', async () => {
    backend.gives(started(), answers({ say: 'Sure?', expect: { kind: 'yes-no' } }), BYE);
    const made = await call({ language: 'en' });
    const view = await made.result();
    const { callId } = view;
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done', by: 'agent', fault: 'none' });
    const name = { protocol: 'callflow/remote-v1', callId, flowId: 'remote' };
    const turn = { ...name, type: 'turn', session: 's-1' };
    expect(backend.asked.map(({ message, key }) => [message, key])).toEqual([
      [
        { ...name, type: 'start', org: 'test', direction: 'web', language: 'en', variables: { name: 'Ada' } },
        `${callId}-start`,
      ],
      [
        { ...turn, turn: 1, input: { kind: 'answer', value: 'hello', heard: 'hello', via: 'typed' } },
        `${callId}-turn-1`,
      ],
      [{ ...turn, turn: 2, input: { kind: 'answer', value: 'yes', heard: 'yes', via: 'typed' } }, `${callId}-turn-2`],
      [{ ...name, type: 'end', session: 's-1', reason: 'completed', by: 'agent', outcome: 'done' }, `${callId}-end`],
    ]);
    expect(view.said.map(({ node, who, text }) => [node, who, text])).toEqual([
      ['greeting', 'agent', 'Hello from the backend.'],
      ['greeting', 'caller', 'hello'],
      ['turn-1', 'agent', 'Sure?'],
      ['turn-1', 'caller', 'yes'],
      ['turn-2', 'agent', 'Goodbye.'],
    ]);
    expect(made.agents[0]!.started).toMatchObject([
      { flowId: 'remote', resumed: false, remote: { session: 's-1', streaming: false, hasGreeting: true } },
    ]);
    expect(view.cleanup).toEqual([
      { what: 'delete room', ok: true },
      { what: 'tell the backend', ok: true },
    ]);
    expect(made.livekit.remains).toEqual(NOTHING);
  });

  test('without a greeting lets the caller speak first', async () => {
    backend.gives(answers({ session: 's-1', has_greeting: false, streaming: false }), BYE);
    const prompts: string[] = [];
    const ask = (_: ScriptedAgent, { prompt }: { prompt: string }) => {
      prompts.push(prompt);
      return Promise.resolve(typed('hi'));
    };
    const view = await (await call({}, { agents: [{ ...healthy, ask }] })).result();
    expect(prompts).toEqual(['']);
    expect(view.said.map(({ text }) => text)).toEqual(['hi', 'Goodbye.']);
  });

  test('hears of silence, of what was not understood, and of a transfer that failed', async () => {
    const transfer = { to: '+4930123456' };
    backend.gives(started(), answers({ say: 'What?' }), answers({ say: 'I put you through.', transfer }), BYE);
    const agents = [answering({ kind: 'noInput' }, { kind: 'noMatch', via: 'keypad', heard: '9' })];
    const view = await (await call({}, { agents })).result();
    expect(backend.of('turn').map(({ input }) => input)).toEqual([
      { kind: 'no-input' },
      { kind: 'no-match', via: 'keypad', heard: '9' },
      { kind: 'transfer-failed', outcome: 'failed' },
    ]);
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
  });
});

describe('a backend that refuses', () => {
  test('the start ends the call with what it said, at once, and is told nothing more', async () => {
    backend.gives(answers({ detail: 'no clinic has this number' }, 422));
    const view = await (await call()).result();
    expect(view.ended).toMatchObject({ reason: 'flow-start-failed', by: 'system', stage: 'flow' });
    expect(view.ended!.detail).toContain('refused start: HTTP 422: no clinic has this number');
    expect(backend.asked).toHaveLength(1);
  });

  test('a turn ends the call with what it said, after words for the caller', async () => {
    backend.gives(started(), answers('{"error": "no such session"}', 404));
    const made = await call({ sorry: 'Sorry, something went wrong.' });
    const view = await made.result();
    expect(view.ended).toMatchObject({ reason: 'http-failed', fault: 'provider' });
    expect(view.ended!.detail).toContain('The backend of flow remote refused turn 1: HTTP 404: no such session');
    expect(made.agents[0]!.spoken).toEqual(['Sorry, something went wrong.']);
    expect(backend.of('end')).toMatchObject([{ session: 's-1', reason: 'http-failed' }]);
  });

  test.each([
    ['is not JSON', answers('<html>'), 'its answer is not JSON'],
    ['does not fit', answers({ has_greeting: true }), 'its answer does not fit: /session is missing'],
  ])('or whose answer %s', async (_, reply, why) => {
    backend.gives(reply);
    const { ended } = await (await call()).result();
    expect(ended).toMatchObject({ reason: 'flow-start-failed', detail: expect.stringContaining(why) });
    expect(backend.of('start')).toHaveLength(1);
  });

  test('and one whose address nobody set', async () => {
    const { ended } = await (await call({ url: '{{config.no_such_backend}}/x' })).result();
    expect(ended).toMatchObject({ reason: 'flow-start-failed' });
    expect(ended!.detail).toContain('set FLOW_CONFIG_NO_SUCH_BACKEND');
  });
});

describe('a backend that cannot now', () => {
  test('is asked again, with the same key, and the flow goes on', async () => {
    backend.gives(answers({}, 503), resets, started(), answers({}, 429, { 'retry-after': '0' }), BYE);
    const { ended } = await (await call()).result();
    expect(ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(backend.keysOf('start')).toHaveLength(3);
    expect(new Set(backend.keysOf('start')).size).toBe(1);
    expect(backend.keysOf('turn')).toHaveLength(2);
    expect(new Set(backend.keysOf('turn')).size).toBe(1);
  });

  test('until its retries are used up: Failed to start flow after N attempts', async () => {
    backend.gives(answers({}, 500), answers({}, 502), answers({}, 503));
    const view = await (await call()).result();
    expect(view.ended).toMatchObject({ reason: 'flow-start-failed', retryable: true });
    expect(view.ended!.detail).toBe(
      'Failed to start flow after 3 attempts: the server answered 503. Check the backend of flow remote.',
    );
    expect(backend.of('start')).toHaveLength(3);
    expect(backend.of('end')).toMatchObject([{ reason: 'flow-start-failed' }]); // it may have started after all
  });

  test('nor within its time', async () => {
    backend.gives(started(), never, never);
    const { ended } = await (await call({ timeoutMs: 200, retries: 1 })).result();
    expect(ended).toMatchObject({ reason: 'http-failed' });
    expect(ended!.detail).toContain('No answer to turn 1 after 2 attempts: the server did not answer within 200 ms');
  });

  test('that is not there at all', async () => {
    const flow = backend.flow({ retries: 1 });
    await backend.stop();
    const { ended } = await (await world.call({ flow })).result();
    expect(ended!.detail).toContain('Failed to start flow after 2 attempts: no answer from the server (ECONNREFUSED)');
    backend = await new RemoteBackend().start();
  });
});

describe('an agent that is lost', () => {
  test('is replaced: the same session goes on with the same question', async () => {
    backend.gives(started(), answers({ say: 'Which day?' }), BYE);
    let asked = 0;
    const dies: AgentScript = {
      ...healthy,
      ask: (agent) => (asked++ === 0 ? Promise.resolve(typed('hello')) : agent.die()),
    };
    const made = await call({}, { agents: [dies, answering(typed('monday'))] });
    const view = await made.result();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    const [first, second] = made.agents;
    expect(second!.started).toMatchObject([{ resumed: true, remote: { session: 's-1' } }]);
    expect(second!.spoken[0]).toBe('I am back.');
    expect(second!.asked).toContain(first!.asked.at(-1));
    expect(backend.of('start')).toHaveLength(1);
    expect(backend.of('turn').map(({ turn, input }) => [turn, 'value' in input && input.value])).toEqual([
      [1, 'hello'],
      [2, 'monday'],
    ]);
  });
});

describe('a turn that is streamed', () => {
  const streaming = started({ streaming: true });
  const bye = done({ end: { outcome: 'done' } });

  test('is spoken while it comes', async () => {
    const heard = gate();
    backend.gives(streaming, streams([say('One.'), say('Two.', heard.passed), say('Three.'), bye]));
    const tells: AgentScript = {
      ...answering(typed('go')),
      say: async (_, { text }) => {
        if (text === 'One.') heard.open(); // else nothing more would come
        return { playedMs: 1, firstAudioMs: 1 };
      },
    };
    const made = await call({}, { agents: [tells] });
    const view = await made.result();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(made.agents[0]!.spoken[0]).toBe('One.');
    expect(made.agents[0]!.spoken.join(' ')).toBe('One. Two. Three.');
    expect(backend.asked[1]!.headers.accept).toContain('text/event-stream');
  });

  test('and breaks off is asked for again; what was said is not said again', async () => {
    const heard = gate();
    backend.gives(
      streaming,
      streams([say('One.'), say('Two.', heard.passed)], { cut: true }),
      streams([say('One.'), say('Two.'), say('Three.'), bye]),
    );
    const tells: AgentScript = {
      ...answering(typed('go')),
      say: async () => {
        heard.open();
        return { playedMs: 1, firstAudioMs: 1 };
      },
    };
    const made = await call({}, { agents: [tells] });
    expect((await made.result()).ended).toMatchObject({ reason: 'completed' });
    expect(made.agents[0]!.spoken.join(' ')).toBe('One. Two. Three.');
    expect(new Set(backend.keysOf('turn')).size).toBe(1);
    expect(backend.of('turn')).toHaveLength(2);
  });

  test('and that the caller cuts short: the rest is not said, and the backend knows', async () => {
    const heard = gate();
    const more = [say('Long.'), say('Longer.', heard.passed), done({ expect: { kind: 'yes-no' } })];
    backend.gives(streaming, streams(more), streams([say('Goodbye.'), bye]));
    const cuts: AgentScript = {
      ...answering(typed('go'), typed('yes')),
      say: async (_, { text }) => {
        heard.open();
        return { playedMs: 1, firstAudioMs: 1, ...(text === 'Long.' && { interrupted: true as const }) };
      },
    };
    const made = await call({}, { agents: [cuts] });
    expect((await made.result()).ended).toMatchObject({ outcome: 'done' });
    expect(made.agents[0]!.spoken).toEqual(['Long.', 'Goodbye.']);
    expect(backend.of('turn').map(({ interrupted }) => interrupted)).toEqual([undefined, true]);
  });

  test('may be answered in one piece all the same', async () => {
    backend.gives(streaming, BYE);
    const made = await call();
    expect((await made.result()).ended).toMatchObject({ outcome: 'done' });
    expect(made.agents[0]!.spoken).toEqual(['Goodbye.']);
  });

  test('an agent that dies in the middle of it is replaced, and the turn is not asked for again', async () => {
    backend.gives(streaming, streams([say('One.'), say('Two.'), bye]));
    const dies: AgentScript = { ...answering(typed('go')), say: (agent) => agent.die() };
    const made = await call({}, { agents: [dies, diesSaying('never')] });
    expect((await made.result()).ended).toMatchObject({ outcome: 'done' });
    expect(made.agents[1]!.spoken.join(' ')).toBe('I am back. One. Two.');
    expect(backend.of('turn')).toHaveLength(1);
  });
});

describe('a call that ends', () => {
  test('by a hangup is told to the backend, after the room is gone', async () => {
    backend.gives(started());
    let roomAtEnd: boolean | undefined;
    const waits: AgentScript = { ...healthy, ask: () => new Promise<Asked>(() => undefined) };
    const made = await call({}, { agents: [waits] });
    backend.onEnd = (response) => {
      roomAtEnd = made.livekit.remains.room;
      response.writeHead(204).end();
    };
    await made.eventually(async () => expect((await made.view()).node).toBe('greeting'));
    await made.eventually(() => expect(made.agents[0]!.asked).toHaveLength(1));
    await made.hangup();
    const view = await made.result();
    expect(view.ended?.reason).toBe('operator-canceled');
    expect(backend.of('end')).toMatchObject([{ session: 's-1', reason: 'operator-canceled', by: 'api' }]);
    expect(roomAtEnd).toBe(false);
  });

  test('is not held up by a backend that does not listen', async () => {
    backend.gives(started(), BYE);
    backend.onEnd = never;
    const view = await (await call({ timeoutMs: 300, retries: 1 })).result();
    expect(view.ended?.reason).toBe('completed');
    expect(view.cleanup.at(-1)).toMatchObject({ what: 'tell the backend', ok: false });
    expect(backend.of('end').length).toBeGreaterThan(0);
  });

  test('before its flow began is nothing to the backend', async () => {
    const made = await call({}, { caller: false });
    await made.at('caller');
    await made.hangup();
    expect((await made.result()).cleanup).toEqual([{ what: 'delete room', ok: true }]);
    expect(backend.asked).toEqual([]);
  });
});
