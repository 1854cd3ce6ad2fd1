import { initializeLogger } from '@livekit/agents';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { converse } from '../../../../agent/job/converse/index.js';
import { Model } from '../../../../agent/job/converse/model.js';
import { loadLlm } from '../../../../agent/providers/index.js';
import { Outgoing } from '../../../../callflow/outgoing/index.js';
import type { Chat, Converse, Conversed } from '../../../../contract/index.js';
import { lastOf, type LlmServer, startLlmServer } from '../../../support/llm-server.js';
import { TestServer } from '../../activities/http-server.js';
import { TestCaller } from './caller.js';

const TASK: Converse = {
  ...{ callId: 'c', attempt: 1, jobId: 'j', nodeRunId: '1-talk', silenceMs: 5_000 },
  goal: 'Book a table.',
  say: 'Good day.',
  tools: {},
  collect: { guests: { type: 'number', description: 'How many?' }, name: { type: 'string', description: 'Who?' } },
  exits: { booked: 'The table is booked.' },
  maxTurns: 5,
  noInputMs: 60_000,
};

let server: LlmServer;
let office: TestServer;
let caller: TestCaller;
let model: Model;
let chats: Chat[];
let ended: AbortController;

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
beforeEach(async () => {
  [server, office] = await Promise.all([startLlmServer(), new TestServer().start()]);
  const llm = await loadLlm({ name: 'openai', url: server.url, apiKey: 'k', model: 'm' });
  model = new Model(llm!);
  caller = new TestCaller();
  chats = [];
  ended = new AbortController();
});
afterEach(async () => {
  ended.abort(new Error('the test is over'));
  server.stop();
  await office.stop();
});

function talk(task: Partial<Converse> = {}, mind: { model: Model | undefined } = { model }): Promise<Conversed> {
  const outgoing = new Outgoing({ allowHosts: [office.host], environment: { FLOW_SECRET_KEY: 's3cret' } });
  const conversed = converse(
    { ...TASK, ...task },
    { ...mind, outgoing },
    {
      line: caller.line,
      report: (chat) => chats.push(structuredClone(chat)),
      onAudible: () => undefined,
      signal: ended.signal,
    },
  );
  conversed.catch(() => undefined);
  return conversed;
}

const until = (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true), { timeout: 20_000, interval: 5 });
/** The first thing that the caller types, after they were greeted. */
async function type(text: string): Promise<void> {
  await until(() => caller.texts.includes('Good day.'));
  caller.type(text);
}
const texts = (request = server.asked.at(-1)!) => request.messages.map(({ role, content }) => [role, content]);

describe('a conversation', () => {
  it('says its first words before anything that was said earlier counts', async () => {
    server.answer = () => ({ text: 'And your name?' });
    caller.early = 'Hello?';
    void talk();
    await type('A table for two.');
    await until(() => caller.texts.includes('And your name?'));
    expect(texts().slice(1)).toEqual([
      ['assistant', 'Good day.'],
      ['user', 'A table for two.'],
    ]);
  });

  it('without first words takes what the caller has said already', async () => {
    server.answer = () => ({ text: 'And your name?' });
    caller.early = 'A table for two.';
    void talk({ say: undefined });
    await until(() => server.asked.some((request) => texts(request).some(([, text]) => text === 'A table for two.')));
  });

  it('takes turns, speaks sentence by sentence, and ends by an exit with what was collected', async () => {
    server.answer = ({ messages }) =>
      lastOf({ messages } as never).content === 'A table for two.'
        ? { text: 'For **two**, fine. And what is your name, if I may ask? 🙂' }
        : { text: 'Thank you, it is booked.', calls: [{ name: 'booked', args: { guests: 2, name: 'Ada', junk: 1 } }] };
    const conversed = talk();
    await type('A table for two.');
    await until(() => caller.texts.some((text) => text.includes('name')));
    caller.speak('Ada');
    const { said, ...result } = await conversed;
    expect(result).toEqual({ outcome: 'booked', collected: { guests: 2, name: 'Ada' }, turns: 2 });
    expect(said.map(({ who, text }) => [who, text])).toEqual([
      ['agent', 'Good day.'],
      ['caller', 'A table for two.'],
      ['agent', 'For two, fine. And what is your name, if I may ask?'],
      ['caller', 'Ada'],
      ['agent', 'Thank you, it is booked.'],
    ]);
    expect(said.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
    expect(texts()).toEqual([
      ['system', expect.stringContaining('Book a table.')],
      ['assistant', 'Good day.'],
      ['user', 'A table for two.'],
      ['assistant', 'For two, fine. And what is your name, if I may ask?'],
      ['user', 'Ada'],
    ]);
    const [request] = server.asked;
    expect(request).toMatchObject({ stream: true, model: 'm', authorization: 'Bearer k' });
    expect(request!.tools!.map(({ function: { name } }) => name).sort()).toEqual(['booked', 'remember']);
    expect(request!.tools![0]!.function.parameters.properties).toEqual({
      guests: { type: 'number', description: 'How many?' },
      name: { type: 'string', description: 'Who?' },
    });
  });

  it('begins with the model when the flow has no words, and takes keys as a turn', async () => {
    server.answer = ({ messages }) =>
      messages.length === 1 ? { text: 'Your number, please?' } : { calls: [{ name: 'booked' }] };
    const conversed = talk({ say: undefined });
    await until(() => caller.texts.includes('Your number, please?'));
    caller.press('12#');
    expect(await conversed).toMatchObject({ outcome: 'booked', collected: {} });
    expect(texts().at(-1)).toEqual(['user', '12']);
  });

  it('keeps what the model remembers, whatever the end', async () => {
    server.answer = ({ messages }) =>
      lastOf({ messages } as never).role === 'user'
        ? {
            calls: [
              { name: 'remember', args: { guests: 'many' } },
              { name: 'remember', args: { name: 'Bob' } },
            ],
          }
        : { text: 'How many?' };
    const conversed = talk({ noInputMs: 300 });
    await type('Bob here.');
    expect(await conversed).toMatchObject({ outcome: 'noInput', collected: { name: 'Bob' }, turns: 1 });
    const results = server.asked[1]!.messages.filter(({ role }) => role === 'tool');
    expect(results.map(({ content }) => content)).toEqual(['The argument guests must be a number.', 'Done.']);
  });

  it('has a limit of turns', async () => {
    server.answer = () => ({ text: 'Go on.' });
    const conversed = talk({ maxTurns: 2 });
    const { type } = caller; // what is typed after the end is not for the next test's caller
    caller.onSentence = () => setTimeout(() => type('And then?'), 100);
    expect(await conversed).toMatchObject({ outcome: 'turnLimit', turns: 2 });
    expect(server.asked).toHaveLength(2);
  });

  it('without a model is unavailable, and says what to do', async () => {
    expect(await talk({}, { model: undefined })).toMatchObject({ outcome: 'unavailable', detail: /set LLM/ as never });
  });

  it('ends with the call, and so does the answer that comes just then', async () => {
    server.answer = () => ({ text: 'word '.repeat(2_000) });
    const conversed = talk();
    await type('Hello?');
    await until(() => server.asked.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    ended.abort(new Error('hung up'));
    await expect(conversed).rejects.toThrow('hung up');
    await until(() => server.abandoned === 1);
  });
});

describe('the end of a call', () => {
  it('while the model has not answered yet ends the conversation, and asks it no more', async () => {
    server.answer = () => new Promise(() => undefined);
    const conversed = talk();
    await type('Hello?');
    await until(() => server.asked.length === 1);
    ended.abort(new Error('hung up'));
    await expect(conversed).rejects.toThrow('hung up');
    expect(server.asked).toHaveLength(1);
  });
});

describe('an interruption', () => {
  const second = `Here comes the second one, which goes ${'on and '.repeat(40)}on, and nobody will hear its end.`;
  const long = `This is the first sentence of a few. ${second}`;

  it.each([
    ['voice', () => caller.speak('Stop!')],
    ['typing', () => caller.type('Stop!')],
  ])('by %s stops speech; the chat keeps what was heard, and functions are not called', async (_, interrupt) => {
    server.answer = ({ messages }) =>
      lastOf({ messages } as never).content === 'Stop!'
        ? { text: 'All right.' }
        : { text: `${long} And a third.`, calls: [{ name: 'booked' }] };
    const conversed = talk({ noInputMs: 1_000 });
    caller.onSentence = (text) => {
      if (text.startsWith('Here')) setTimeout(interrupt, 100);
    };
    await type('Hello?');
    const { outcome, said } = await conversed;
    expect(outcome).toBe('noInput');
    const cut = said[2]!.text;
    expect(long.startsWith(cut)).toBe(true);
    expect(cut).toMatch(/^This is the first sentence of a few\. Here/);
    expect(cut.length).toBeLessThan(long.length - 10);
    expect(texts().slice(-2)).toEqual([
      ['assistant', cut],
      ['user', 'Stop!'],
    ]);
    expect(said.map(({ text }) => text)).not.toContain('And a third.');
  });

  it('that holds no words is a pause: the rest is said', async () => {
    server.answer = () => ({ text: long });
    const conversed = talk({ noInputMs: 300 });
    let coughs = 0;
    caller.onSentence = (text) => {
      if (text.startsWith('Here') && coughs++ === 0) setTimeout(() => caller.speak(), 100);
    };
    await type('Hello?');
    expect((await conversed).said.at(-1)!.text).toBe(long);
    expect(caller.texts.filter((text) => long.includes(text)).length).toBe(3);
  });

  it('while nobody speaks, not understood, is a turn that the model hears of', async () => {
    server.answer = () => ({ text: 'Pardon?' });
    const conversed = talk({ noInputMs: 300 });
    caller.onSentence = (text) => {
      if (text === 'Good day.') setTimeout(() => caller.speak(''), 100);
    };
    expect((await conversed).said.map(({ text }) => text)).toEqual(['Good day.', '', 'Pardon?']);
    expect(texts().at(-1)).toEqual(['user', expect.stringContaining('not understood')]);
  });
});

describe('a tool', () => {
  const tools = () => ({
    hours: {
      description: 'Opening hours.',
      args: { day: { type: 'string' as const, required: true } },
      request: {
        method: 'POST' as const,
        url: `http://${office.host}/hours/{{args.day}}`,
        headers: { authorization: 'Bearer {{secrets.key}}' },
        body: { for: '{{who}}' },
        retries: 1,
      },
      vars: { who: 'Ada' },
    },
  });
  const asksThenExits = () => {
    server.answer = ({ messages }) =>
      lastOf({ messages } as never).role === 'user'
        ? { text: 'Let me see.', calls: [{ name: 'hours', args: { day: 'mon/day' } }] }
        : { calls: [{ name: 'booked' }] };
  };

  it("sends the flow's request, and its answer goes to the model", async () => {
    asksThenExits();
    office.gives(200, '{"open": "9 to 5"}');
    const conversed = talk({ tools: tools() });
    await type('When?');
    expect(await conversed).toMatchObject({ outcome: 'booked' });
    expect(office.requests).toMatchObject([
      {
        url: '/hours/mon%2Fday',
        body: '{"for":"Ada"}',
        headers: { authorization: 'Bearer s3cret', 'idempotency-key': 'c-1-talk-0' },
      },
    ]);
    expect(lastOf(server.asked[1]!)).toMatchObject({ role: 'tool', content: '{"open": "9 to 5"}' });
    expect(JSON.stringify(chats)).not.toContain('s3cret');
  });

  it('that fails is tried again under the same key, and the model is told', async () => {
    asksThenExits();
    office.gives(503, 'later');
    const conversed = talk({ tools: tools() });
    await type('When?');
    await conversed;
    expect(office.requests).toHaveLength(2);
    expect(new Set(office.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(lastOf(server.asked[1]!).content).toBe('The server answered 503. later');
  });

  it.each([
    ['an address inside our network', { day: 'x' }, 'http://127.0.0.1:9/', /private/],
    ['an argument that is missing', {}, undefined, /day is missing/],
    ['arguments that are no JSON', '{"day', undefined, /not JSON/],
  ])('is not called with %s', async (_, args, url, told) => {
    server.answer = ({ messages }) =>
      lastOf({ messages } as never).role === 'user'
        ? { calls: [{ name: 'hours', args }] }
        : { calls: [{ name: 'booked' }] };
    const { hours } = tools();
    const conversed = talk({ tools: { hours: { ...hours, request: { ...hours.request, ...(url && { url }) } } } });
    await type('When?');
    await conversed;
    expect(office.requests).toEqual([]);
    expect(lastOf(server.asked[1]!).content).toMatch(told);
  });
});

describe('a hold phrase', () => {
  const hold = { text: 'One moment.', afterMs: 400 };
  const slowly = async <T>(answer: T): Promise<T> => {
    await until(() => caller.texts.includes('One moment.'));
    return answer;
  };

  it('is said to whoever waits for the model, and is no part of the chat', async () => {
    server.answer = () => slowly({ text: 'It is booked.', calls: [{ name: 'booked' }] });
    const conversed = talk({ hold });
    await type('A table for two.');
    const { outcome, said } = await conversed;
    expect(outcome).toBe('booked');
    expect(caller.texts).toEqual(['Good day.', 'One moment.', 'It is booked.']);
    expect(said.map(({ text }) => text)).toEqual(['Good day.', 'A table for two.', 'It is booked.']);
  });

  it('is said to whoever waits for a tool', async () => {
    office.answer = (_, response) => void slowly('nine').then((answer) => response.end(answer));
    server.answer = ({ messages }) =>
      lastOf({ messages } as never).role === 'tool'
        ? { text: 'At nine.', calls: [{ name: 'booked' }] }
        : { text: 'Let me see.', calls: [{ name: 'hours' }] };
    const request = { method: 'GET' as const, url: `http://${office.host}/hours` };
    const conversed = talk({ hold, tools: { hours: { description: 'Hours.', args: {}, vars: {}, request } } });
    await type('When?');
    expect(await conversed).toMatchObject({ outcome: 'booked' });
    expect(caller.texts).toEqual(['Good day.', 'Let me see.', 'One moment.', 'At nine.']);
  });

  it('is not said when the answer comes in time', async () => {
    server.answer = () => ({ text: 'It is booked.', calls: [{ name: 'booked' }] });
    const conversed = talk({ hold: { ...hold, afterMs: 20_000 } });
    await type('A table for two.');
    expect(await conversed).toMatchObject({ outcome: 'booked' });
    expect(caller.texts).toEqual(['Good day.', 'It is booked.']);
  });
});

describe('a model that fails', () => {
  it('is asked again for a while; then the conversation is unavailable, and says why', async () => {
    server.answer = () => 500;
    const conversed = talk();
    await type('Hello?');
    const { outcome, detail, said } = await conversed;
    expect(outcome).toBe('unavailable');
    expect(detail).toMatch(/The language model m failed: 500 .*as the test wants it.*LLM_BASE_URL/);
    expect(server.asked).toHaveLength(3);
    expect(said).toHaveLength(2);
  });

  it('goes on when it recovers', async () => {
    server.answer = () => (server.asked.length === 1 ? 429 : { calls: [{ name: 'booked' }] });
    const conversed = talk();
    await type('Hello?');
    expect(await conversed).toMatchObject({ outcome: 'booked' });
  });

  it.each([401, 404])('with %i is not asked again', async (status) => {
    server.answer = () => status;
    const conversed = talk();
    await type('Hello?');
    expect(await conversed).toMatchObject({ outcome: 'unavailable' });
    expect(server.asked).toHaveLength(1);
  });

  it('and breaks off in the middle goes on from what was heard', async () => {
    server.answer = () =>
      server.asked.length === 1
        ? { text: 'We have a table for you at seven. It is the one by the win', cut: true }
        : { text: 'It is the one by the window.', calls: [{ name: 'booked' }] };
    const conversed = talk();
    await type('A table for two.');
    const { outcome, said } = await conversed;
    expect(outcome).toBe('booked');
    expect(caller.texts).toEqual(['Good day.', 'We have a table for you at seven.', 'It is the one by the window.']);
    expect(said.map(({ text }) => text)).toEqual([
      ...['Good day.', 'A table for two.', 'We have a table for you at seven.', 'It is the one by the window.'],
    ]);
    expect(server.asked).toHaveLength(2);
    expect(texts().slice(-2)).toEqual([
      ['assistant', 'We have a table for you at seven.'],
      ['user', expect.stringContaining('broke off')],
    ]);
  });

  it('and breaks off before a sentence is whole is asked the same again', async () => {
    server.answer = () =>
      server.asked.length === 1 ? { text: 'We have ', cut: true } : { text: 'Yes.', calls: [{ name: 'booked' }] };
    const conversed = talk();
    await type('A table for two.');
    expect(await conversed).toMatchObject({ outcome: 'booked' });
    expect(caller.texts).toEqual(['Good day.', 'Yes.']);
    expect(texts(server.asked[1])).toEqual(texts(server.asked[0]));
  });

  it('and breaks off twice in a turn is unavailable; what was heard stays in the chat', async () => {
    server.answer = () => ({ text: `This is the beginning of answer ${server.asked.length}. And this is`, cut: true });
    const conversed = talk();
    await type('Hello?');
    const { outcome, detail, said } = await conversed;
    expect(outcome).toBe('unavailable');
    expect(detail).toMatch(/The language model m failed/);
    expect(server.asked).toHaveLength(2);
    expect(said.slice(2).map(({ text }) => text)).toEqual([
      ...['This is the beginning of answer 1.', 'This is the beginning of answer 2.'],
    ]);
  });

  it('calls functions without end', async () => {
    server.answer = () => ({ calls: [{ name: 'nonsense' }] });
    const conversed = talk();
    await type('Hello?');
    expect((await conversed).detail).toMatch(/called functions 8 times in a row/);
  });

  it.each(['', '👍', '…', '\n\n'])('says nothing at all: %j', async (text) => {
    server.answer = () => ({ text });
    const conversed = talk();
    await type('Hello?');
    const { outcome, detail } = await conversed;
    expect({ outcome, detail }).toEqual({ outcome: 'unavailable', detail: expect.stringContaining('held no words') });
    expect(server.asked).toHaveLength(1);
  });

  it.each(['', '👍'])('has nothing to add to what it said before it called a function: %j', async (text) => {
    server.answer = ({ messages }) =>
      lastOf({ messages } as never).role === 'tool'
        ? { text }
        : { text: 'Noted. How many?', calls: [{ name: 'remember', args: { name: 'Bob' } }] };
    const conversed = talk({ noInputMs: 300 });
    await type('Bob here.');
    expect(await conversed).toMatchObject({ outcome: 'noInput', collected: { name: 'Bob' }, turns: 1 });
    expect(server.asked).toHaveLength(2);
  });
});

describe('another agent', () => {
  it('goes on where the first one stopped, and says its last words again', async () => {
    server.answer = () => ({ text: 'And your name?' });
    talk().catch(() => undefined);
    await type('A table for two.');
    await until(() => chats.at(-1)?.words === 3);
    const chat = chats.at(-1)!;
    ended.abort(new Error('killed'));
    ended = new AbortController();
    caller = new TestCaller();
    server.answer = () => ({ calls: [{ name: 'booked', args: { name: 'Ada' } }] });
    const conversed = talk({ attempt: 2, chat });
    await until(() => caller.texts.includes('And your name?'));
    caller.type('Ada');
    expect(await conversed).toMatchObject({ outcome: 'booked', turns: 2 });
    expect(texts().slice(1)).toEqual([
      ['assistant', 'Good day.'],
      ['user', 'A table for two.'],
      ['assistant', 'And your name?'],
      ['user', 'Ada'],
    ]);
  });

  it('calls again what the first one died over, under the same key', async () => {
    office.answer = () => undefined;
    server.answer = () => ({ calls: [{ name: 'hours', args: {} }] });
    const tools = {
      hours: {
        ...{ description: 'Hours.', args: {}, vars: {} },
        request: { method: 'GET' as const, url: `http://${office.host}/hours` },
      },
    };
    talk({ tools }).catch(() => undefined);
    await type('When?');
    await until(() => office.requests.length === 1);
    const chat = chats.at(-1)!;
    ended.abort(new Error('killed'));
    ended = new AbortController();
    caller = new TestCaller();
    office.gives(200, 'nine to five');
    server.answer = () => ({ calls: [{ name: 'booked' }] });
    expect(await talk({ tools, chat })).toMatchObject({ outcome: 'booked' });
    expect(office.requests).toHaveLength(2);
    expect(office.requests[1]!.headers['idempotency-key']).toBe(office.requests[0]!.headers['idempotency-key']);
    expect(lastOf(server.asked.at(-1)!)).toMatchObject({ role: 'tool', content: 'nine to five' });
  });
});
