import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answers, done, RemoteBackend, resets, say, started, streams } from '../support/remote-backend.js';
import { gate } from '../support/scripted-gate.js';
import { script } from '../support/script.js';
import { type Stack, startStack } from '../support/stack.js';
import { Callers, type LiveCall, PATIENT, spokenBy, until } from './harness.js';

let stack: Stack;
let callers: Callers;
const { freePorts } = await script('ports.mjs');
let backend: RemoteBackend;
let port: number;
let clinic: ChildProcess;
const flows = mkdtempSync(join(tmpdir(), 'durable-calls-flows-'));

beforeAll(async () => {
  copyFileSync('tests/e2e/remote-flows/remote.json', join(flows, 'remote.json'));
  copyFileSync('flows/remote/clinic.json', join(flows, 'clinic.json'));
  [port] = (await freePorts(1)) as [number];
  backend = await new RemoteBackend().start(port);
  clinic = spawn(process.execPath, ['flows/remote/backend.mjs', '0'], {
    env: { ...process.env, CLINIC_KEY: 'clinic-key' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [listens] = (await once(clinic.stdout!, 'data')) as [Buffer];
  const clinicUrl = /http:\S+/.exec(String(listens))![0];
  stack = await startStack({
    env: {
      FLOWS_DIR: flows,
      HTTP_ALLOW_HOSTS: `127.0.0.1:${port},${new URL(clinicUrl).host}`,
      FLOW_CONFIG_BACKEND: `http://127.0.0.1:${port}`,
      FLOW_SECRET_BACKEND: 'a-secret',
      FLOW_CONFIG_CLINIC_BACKEND: clinicUrl,
      FLOW_SECRET_CLINIC_KEY: 'clinic-key',
    },
    agentEnv: { AGENT_WARM_PROCESSES: '2' },
  });
  callers = new Callers(stack.urls.gateway, stack.env);
});
beforeEach(() => void backend.asked.splice(0));
afterEach(() => callers.leaveAll());
afterAll(async () => {
  await stack?.stop();
  await backend?.stop();
  clinic?.kill();
  rmSync(flows, { recursive: true, force: true });
  await Callers.dispose();
});

const log = (file: string) => readFileSync(join(stack.logDir, file), 'utf8');

const start = (flowId = 'remote', variables = {}) => callers.call({ flowId, variables, policy: PATIENT });

/** Until the call is at this node, and so much more of it was heard. */
const at = (call: LiveCall, node: string, audibleMs = 0, already = 0) =>
  until(`node ${node}, and ${audibleMs} ms of speech`, async () => {
    const view = await call.view();
    if (view.ended) throw new Error(`the call has ended: ${JSON.stringify(view.ended)}`);
    return (view.node === node && call.caller.audibleMs - already >= audibleMs) || undefined;
  });

const endOf = (sent: RemoteBackend) => until('the backend to be told of the end', () => sent.of('end')[0] ?? undefined);

describe('a remote flow', () => {
  it('greets, takes turns typed and by keypad, and ends as its backend says', async () => {
    const menu = { kind: 'choice', options: { one: ['one'], two: ['two'] }, dtmf: { 1: 'one', 2: 'two' } };
    backend.gives(
      started({ greeting: 'Hello Ada, this is your own backend speaking. What can I do for you?' }),
      answers({ say: 'Press one or two.', expect: menu }),
      answers({ say: 'Thank you, goodbye.', end: { outcome: 'chosen' } }),
    );
    const call = await start('remote', { name: 'Ada' });
    await at(call, 'greeting', 1_500);
    await call.caller.sendText('a menu please');
    await at(call, 'turn-1', 500, call.caller.audibleMs);
    await call.caller.sendDtmf('2');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'chosen' });
    expect(view.said.map(({ who, text }) => [who, text])).toEqual([
      ['agent', 'Hello Ada, this is your own backend speaking. What can I do for you?'],
      ['caller', 'a menu please'],
      ['agent', 'Press one or two.'],
      ['caller', '2'],
      ['agent', 'Thank you, goodbye.'],
    ]);
    expect(backend.of('start')).toMatchObject([{ variables: { name: 'Ada' }, direction: 'web', flowId: 'remote' }]);
    expect(backend.of('turn').map(({ input }) => input)).toEqual([
      { kind: 'answer', value: 'a menu please', heard: 'a menu please', via: 'typed' },
      { kind: 'answer', value: 'two', heard: '2', via: 'keypad' },
    ]);
    expect(backend.asked[0]!.headers.authorization).toBe('Bearer a-secret');
    expect(await endOf(backend)).toMatchObject({ reason: 'completed', outcome: 'chosen', session: 's-1' });
    const line = 'Flow started successfully: session=s-1, streaming=false, has_greeting=true';
    expect(log('agent-worker.log')).toContain(line);
    expect(log('backend.log')).toContain(line);
    expect(log('agent-worker.log')).toContain('Starting flow: flow_id=remote, org=default, room=');
  });

  it('lets the caller speak first, and goes on after words that have no sound', async () => {
    backend.gives(
      answers({ session: 's-2', has_greeting: false }),
      answers({ say: '…' }),
      answers({ say: 'Goodbye.', end: true }),
    );
    const call = await start();
    await at(call, 'greeting');
    await call.caller.sendText('one');
    await at(call, 'turn-1');
    await call.caller.sendText('two');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'completed' });
    expect(view.said.map(({ text }) => text)).toEqual(['one', '…', 'two', 'Goodbye.']);
  });

  it('that is streamed is heard before the stream ends', async () => {
    const heard = gate();
    backend.gives(
      started({ streaming: true, greeting: 'Hello.' }),
      streams([
        say('This is the first sentence of quite a long answer.'),
        say('And the last one.', heard.passed),
        done({ end: true }),
      ]),
    );
    const call = await start();
    await at(call, 'greeting', 200);
    await call.caller.sendText('go on');
    const before = call.caller.audibleMs;
    // The backend holds the rest back until this much of the first sentence was heard in the room.
    await until('the first sentence to be heard', () => call.caller.audibleMs > before + 1_000 || undefined);
    expect((await call.view()).ended).toBeNull();
    heard.open();
    const view = await call.ended();
    expect(view.said.map(({ text }) => text)).toEqual([
      'Hello.',
      'go on',
      'This is the first sentence of quite a long answer.',
      'And the last one.',
    ]);
    expect(view.ended).toMatchObject({ reason: 'completed' });
  });

  it('whose agent is killed in the middle of a turn goes on with the next one, in the same session', async () => {
    backend.gives(
      started(),
      answers({ say: 'Now tell me, in your own words, what this is all about.' }),
      answers({ say: 'I see.', end: { outcome: 'told' } }),
    );
    const call = await start();
    await at(call, 'greeting', 500);
    await call.caller.sendText('hello');
    await at(call, 'turn-1', 500, call.caller.audibleMs);
    const { jobs } = (await (await fetch(`${stack.agents[0]!.healthUrl}/jobs`)).json()) as {
      jobs: { callId: string; pid: number }[];
    };
    process.kill(jobs.find(({ callId }) => callId === call.callId)!.pid, 'SIGKILL');
    await until('the next agent to be heard', () => spokenBy(call.caller)['agent-2']! > 1_000 || undefined);
    await at(call, 'turn-1');
    await call.caller.sendText('it works');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'told' });
    expect(view.attempts.map(({ outcome }) => outcome)).toEqual(['lost', 'ready']);
    expect(backend.of('start')).toHaveLength(1);
    expect(backend.of('turn').map(({ turn }) => turn)).toEqual([1, 2]);
  });
});

describe('a call worker that is killed in the middle of a streamed turn', () => {
  it('is replaced: the turn is asked for again with its key, and no sentence is said twice', async () => {
    const sentence = 'This is the first sentence of quite a long answer.';
    const never = gate();
    const ends = done({ end: { outcome: 'told' } });
    backend.gives(
      started({ streaming: true, greeting: 'Hello.' }),
      streams([say(sentence), say('Never said.', never.passed)]),
      streams([say(sentence), say('And the last one.'), ends]),
    );
    const call = await start();
    await at(call, 'greeting', 200);
    await call.caller.sendText('go on');
    const before = call.caller.audibleMs;
    await until('the first sentence to be heard', () => call.caller.audibleMs > before + 1_000 || undefined);
    await stack.worker.killAll();
    await stack.worker.start();
    const view = await call.ended();
    never.open();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'told' });
    expect(view.attempts).toHaveLength(1);
    expect(view.said.map(({ text }) => text)).toEqual(['Hello.', 'go on', sentence, 'And the last one.']);
    expect(backend.keysOf('turn')).toEqual(Array(2).fill(`${call.callId}-turn-1`));
  });
});

describe('its backend', () => {
  it('that cannot at first is asked again with the same key', async () => {
    backend.gives(answers({}, 503), resets, started(), answers({ say: 'Goodbye.', end: true }));
    const call = await start();
    await at(call, 'greeting', 500);
    await call.caller.sendText('bye');
    expect((await call.ended()).ended).toMatchObject({ reason: 'completed' });
    expect(backend.keysOf('start')).toEqual(Array(3).fill(`${call.callId}-start`));
  });

  it('that refuses ends the call with what it says', async () => {
    backend.gives(answers({ detail: 'we are closed' }, 403));
    const { ended } = await (await start()).ended();
    expect(ended).toMatchObject({ reason: 'flow-start-failed' });
    expect(ended!.detail).toContain('HTTP 403: we are closed');
  });

  it('that fails in the middle of a call: the caller hears that it is so', async () => {
    backend.gives(started(), answers({ error: 'no such session' }, 404));
    const call = await start();
    await at(call, 'greeting', 500);
    await call.caller.sendText('hello');
    const { ended, said } = await call.ended();
    expect(ended).toMatchObject({ reason: 'http-failed' });
    expect(ended!.detail).toContain('HTTP 404: no such session');
    expect(said.at(-1)!.text).toBe('I am sorry, our system is down.');
  });

  it('that is not there: Failed to start flow after 3 attempts', async () => {
    await backend.stop();
    const { ended } = await (await start()).ended();
    expect(ended).toMatchObject({ reason: 'flow-start-failed' });
    expect(ended!.detail).toContain('Failed to start flow after 3 attempts: no answer from the server');
    expect(log('backend.log')).toContain('Failed to start flow after 3 attempts');
    backend = await new RemoteBackend().start(port);
  });

  it('is told of a hangup, by whoever', async () => {
    backend.gives(started());
    const call = await start();
    await at(call, 'greeting', 500);
    await call.caller.leave();
    expect(await endOf(backend)).toMatchObject({ reason: 'caller-hangup', by: 'caller', session: 's-1' });
    expect((await call.ended()).cleanup).toContainEqual({ what: 'tell the backend', ok: true });
  });
});

describe('the example', () => {
  it('takes a caller from the greeting to an appointment, by keys', async () => {
    const call = await start('clinic', { name: 'Ada' });
    await at(call, 'greeting', 500);
    await call.caller.sendDtmf('1');
    await at(call, 'turn-1', 300, call.caller.audibleMs);
    await call.caller.sendDtmf('1');
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'booked' });
    expect(view.said.map(({ text }) => text).join(' ')).toContain('monday at ten is free.');
  });
});
