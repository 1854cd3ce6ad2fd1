import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type ChatRequest, lastOf, type LlmServer, startLlmServer } from '../support/llm-server.js';
import { type Stack, startStack } from '../support/stack.js';
import { TestServer } from '../unit/activities/http-server.js';
import { Callers, type LiveCall, PATIENT, spokenBy, until } from './harness.js';

let llm: LlmServer;
let office: TestServer;
let stack: Stack;
let callers: Callers;
const flows = mkdtempSync(join(tmpdir(), 'flows-'));

beforeAll(async () => {
  cpSync('flows/receptionist.json', join(flows, 'receptionist.json'));
  cpSync('tests/e2e/flows/talk.json', join(flows, 'talk.json'));
  [llm, office] = await Promise.all([startLlmServer(), new TestServer().start()]);
  stack = await startStack({
    env: { FLOWS_DIR: flows, HTTP_ALLOW_HOSTS: office.host, FLOW_CONFIG_OFFICE: `http://${office.host}` },
    agentEnv: {
      AGENT_WARM_PROCESSES: '2',
      ...{ LLM: 'openai', LLM_BASE_URL: llm.url, LLM_MODEL: 'test-model', LLM_API_KEY: 'sk-test-key-1234567890' },
    },
  });
  callers = new Callers(stack.urls.gateway, stack.env);
});
beforeEach(() => {
  llm.asked.splice(0);
  office.requests.splice(0);
});
afterEach(() => callers.leaveAll());
afterAll(async () => {
  await stack?.stop();
  llm?.stop();
  await office?.stop();
  rmSync(flows, { recursive: true });
  await Callers.dispose();
});

/** As for prompts: the fastest of some tries counts, for on a busy machine LiveKit and the caller are late as well. */
const SILENT_AFTER_MS = 300;
const FASTEST = { retry: { count: 5, delay: 3_000 } };

const start = (flowId: string) => callers.call({ flowId, policy: PATIENT });
const heard = (call: LiveCall, ms: number) => until(`${ms} ms of speech`, () => call.caller.audibleMs >= ms);
const said = async (call: LiveCall) => (await call.view()).said.map(({ who, text }) => [who, text]);
const told = (call: LiveCall, text: string) =>
  until(`"${text}" to be said`, async () => (await said(call)).some(([, each]) => each === text));
const messages = (request: ChatRequest) => request.messages.slice(1).map(({ role, content }) => [role, content]);

describe('a receptionist', () => {
  it('greets, answers with the help of a tool, and puts the caller through with what it has learned', async () => {
    office.gives(200, '{"open": "nine", "close": "five"}');
    llm.answer = (request) => {
      const last = lastOf(request);
      if (last.role === 'tool') return { text: 'On Monday we are open from nine to five.' };
      return last.content!.includes('open')
        ? { text: 'Let me see.', calls: [{ name: 'opening_hours', args: { day: 'monday' } }] }
        : { text: 'Certainly.', calls: [{ name: 'person', args: { caller: 'Ada', topic: 'an invoice' } }] };
    };
    const call = await start('receptionist');
    await heard(call, 1_500);
    const greetedMs = call.caller.audibleMs;
    await told(call, 'Example Works, good day. How can I help you?');
    await call.caller.sendText('When are you open on Monday?');
    await told(call, 'On Monday we are open from nine to five.');
    expect(call.caller.audibleMs - greetedMs).toBeGreaterThan(1_500);
    await call.caller.sendText('Ada here, I want to talk to someone about an invoice.');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(view.variables).toMatchObject({ caller: 'Ada', topic: 'an invoice' });
    expect(view.said.map(({ who, node, text }) => [who, node, text])).toEqual([
      ['agent', 'talk', 'Example Works, good day. How can I help you?'],
      ['caller', 'talk', 'When are you open on Monday?'],
      ['agent', 'talk', 'Let me see.'],
      ['agent', 'talk', 'On Monday we are open from nine to five.'],
      ['caller', 'talk', 'Ada here, I want to talk to someone about an invoice.'],
      ['agent', 'talk', 'Certainly.'],
      ['agent', 'announce', 'I will put you through.'],
      ['agent', 'later', expect.stringContaining('call you back')],
      ['agent', 'bye', expect.stringContaining('Goodbye')],
    ]);
    expect(office.requests).toMatchObject([
      { url: '/hours/monday', headers: { 'idempotency-key': `${call.callId}-1-talk-0` } },
    ]);
    const [first, second] = llm.asked;
    expect(first).toMatchObject({ model: 'test-model', authorization: 'Bearer sk-test-key-1234567890' });
    expect(first!.messages[0]!.content).toContain('You are the receptionist of Example Works.');
    expect(lastOf(second!)).toMatchObject({ role: 'tool', content: '{"open": "nine", "close": "five"}' });
    expect(second!.messages.at(-2)!.tool_calls).toMatchObject([{ function: { name: 'opening_hours' } }]);
    const log = readFileSync(join(stack.env.LOG_DIR!, 'agent-worker.log'), 'utf8');
    for (const secret of ['invoice', 'sk-test-key', 'nine to five']) expect(log).not.toContain(secret);
  });

  it('whose model fails is unavailable: the flow goes on with its menu', async () => {
    llm.answer = () => 500;
    const call = await start('receptionist');
    await heard(call, 1_500);
    await call.caller.sendText('Hello?');
    await until('the menu', async () => (await call.view()).node === 'menu');
    await heard(call, call.caller.audibleMs + 500);
    await call.caller.sendDtmf('2');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(llm.asked).toHaveLength(3);
  });
});

describe('a conversation', () => {
  it('is over after so many turns', async () => {
    llm.answer = ({ messages: { length } }) => ({ text: `Is that all? ${length}` });
    const call = await start('talk');
    for (const [turn, words] of ['One.', 'Two.', 'Three.'].entries()) {
      await until('the agent to be done', async () => (await call.view()).said.length === 2 * turn + 1);
      await call.caller.sendText(words);
    }
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'enough' });
    expect(llm.asked).toHaveLength(3);
  });

  it('is interrupted: speech stops at once, and the model knows how far it came', FASTEST, async () => {
    llm.asked.splice(0);
    const long = 'Once upon a time there was a very long story, which went on and on. '.repeat(6).trim();
    llm.answer = async (request) => {
      if (lastOf(request).content !== 'Stop.') return { text: long };
      await sleep(1_000); // else the caller could not tell the answer from the story
      return { text: 'Goodbye then.', calls: [{ name: 'known', args: { name: 'Ada', age: 'old' } }] };
    };
    const call = await start('talk');
    await told(call, 'Hello, this is the club. What can I do for you?');
    const before = call.caller.audibleMs;
    await call.caller.sendText('Tell me a story.');
    await heard(call, before + 3_000);
    const typedAt = Date.now();
    await call.caller.sendText('Stop.');
    const view = await call.ended();
    const lastOfStory = call.caller.segments.filter(({ startAt }) => startAt <= typedAt).at(-1)!.endAt;
    console.log(`typed -> silence: ${lastOfStory - typedAt} ms`);
    expect(lastOfStory - typedAt).toBeLessThan(SILENT_AFTER_MS);
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(view.variables).toEqual({ name: 'Ada' });
    const [, cut] = messages(llm.asked.at(-1)!).at(-2)!;
    expect(long.startsWith(cut!)).toBe(true);
    expect(cut!.length).toBeGreaterThan(10);
    expect(cut!.length).toBeLessThan(long.length / 2);
  });

  it('outlives its agent: the next one goes on with the same chat', async () => {
    llm.answer = (request) => {
      if (lastOf(request).role === 'tool') return { text: 'So?' };
      return lastOf(request).content!.includes('36')
        ? { text: 'Thank you.', calls: [{ name: 'known', args: { age: 36 } }] }
        : { text: 'Nice to meet you. How old are you?', calls: [{ name: 'remember', args: { name: 'Ada' } }] };
    };
    const call = await start('talk');
    await told(call, 'Hello, this is the club. What can I do for you?');
    await call.caller.sendText('I am Ada.');
    await told(call, 'So?');
    const { jobs } = (await (await fetch(`${stack.agents[0]!.healthUrl}/jobs`)).json()) as {
      jobs: { callId: string; pid: number }[];
    };
    process.kill(jobs.find(({ callId }) => callId === call.callId)!.pid, 'SIGKILL');
    await until('the next agent to be heard', () => spokenBy(call.caller)['agent-2']! > 1_000 || undefined);
    await call.caller.sendDtmf('36#');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
    expect(view.variables).toEqual({ name: 'Ada', age: 36 });
    const spoken = llm.asked.at(-1)!.messages.flatMap(({ role, content }) => (content ? [[role, content]] : []));
    expect(spoken.slice(1)).toEqual([
      ['assistant', 'Hello, this is the club. What can I do for you?'],
      ['user', 'I am Ada.'],
      ['assistant', 'Nice to meet you. How old are you?'],
      ['tool', 'Done.'],
      ['assistant', 'So?'],
      ['user', '36'],
    ]);
    expect(view.said.map(({ text }) => text)).toEqual([
      'Hello, this is the club. What can I do for you?',
      'I am Ada.',
      'Nice to meet you. How old are you?',
      'So?',
      'Sorry, I am back.',
      '36',
      'Thank you.',
      'Goodbye.',
    ]);
  });

  it('leaves its words in the view of a caller who hangs up in the middle', async () => {
    llm.answer = () => ({ text: 'And what is your name?' });
    const call = await start('talk');
    await told(call, 'Hello, this is the club. What can I do for you?');
    await call.caller.sendText('I want to join.');
    await told(call, 'And what is your name?');
    await call.caller.leave();
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'caller-hangup' });
    expect(view.said).toHaveLength(3);
  });
});

describe('an agent without a model', () => {
  it('leaves the conversation to the rest of the flow', async () => {
    const others = new Callers(inject('gatewayUrl'), inject('stackEnv'));
    const call = await others.call({ flowId: 'receptionist', policy: PATIENT });
    await until('the menu', async () => (await call.view()).node === 'menu');
    await heard(call, 1_000);
    await call.caller.sendDtmf('2');
    expect((await call.ended()).ended).toMatchObject({ reason: 'completed', outcome: 'done' });
    await others.leaveAll();
  });
});
