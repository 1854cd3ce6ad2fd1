import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTcpGate } from '../../scripts/faults/world/tcp-gate.js';
import { type Agent, type Stack, startStack } from '../support/stack.js';
import { beganAt, Callers, PATIENT, until } from './harness.js';

let stack: Stack;
let callers: Callers;
let agent: Agent | undefined;

/** Enough for these tests, and started sooner than a full set. */
const FEW = { AGENT_WARM_PROCESSES: '2' };

beforeAll(async () => {
  stack = await startStack({ agents: 0 });
  callers = new Callers(stack.urls.gateway, stack.env);
});
afterEach(async () => {
  await callers.leaveAll();
  await agent?.stop();
});
afterAll(async () => {
  await stack?.stop();
  await Callers.dispose();
});

const jobProcessesOf = (host: Agent) =>
  host.processes().filter(({ ppid, command }) => ppid === host.pid && command.includes('/process.js'));

/** What it waits for takes a minute by itself. */
const LONG = { timeout: 240_000 };

describe('without an agent', () => {
  it('a call ends agent-unavailable within its budget, says what to do, and its room is gone', async () => {
    const readyMs = 6_000;
    const call = await callers.call({ flowId: 'greeting', policy: { readyMs, acceptMs: 1_000 } });
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'agent-unavailable', fault: 'platform', retryable: true });
    expect(view.ended!.detail).toMatch(
      /^No agent worker accepted the job in \d attempts over [\d.]+ s\. .*check agent-worker\.log and the agent's health/,
    );
    expect(view.attempts.length).toBeGreaterThan(1);
    expect(view.attempts.every(({ outcome }) => outcome === 'not-accepted')).toBe(true);
    const tookMs = beganAt(view, 'cleanup') - beganAt(view, 'dispatch');
    expect(tookMs).toBeLessThan(readyMs + 2_000);
    expect(await call.caller.disconnected).toBe('ROOM_DELETED');
    expect(call.caller.audibleMs).toBe(0);
    expect(await callers.roomNames()).toEqual([]);
  });
});

describe('an agent', () => {
  it('that starts after LiveKit has lost the dispatch takes the call all the same', async () => {
    const call = await callers.call({ flowId: 'greeting', policy: { readyMs: 90_000, dispatchAttempts: 20 } });
    // 1.5 s without an acceptance and the first dispatch is lost; nobody can have been told of it.
    await until('the first dispatch to be given up', async () => {
      const { attempts } = await call.view();
      return attempts[0]?.outcome === 'not-accepted' && attempts.length > 1;
    });
    agent = await stack.startAgent(FEW);
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(call.caller.audibleMs).toBeGreaterThan(2_000);
    expect(call.caller.segments[0]!.identity).toBe(`agent-${view.attempts.at(-1)!.attempt}`);
    expect(view.attempts.length).toBeGreaterThan(1);
  });

  it('whose provider needs 10 s to load never gets the flow early', async () => {
    const loadMs = 10_000;
    agent = await stack.startAgent({ ...FEW, AGENT_PROVIDER_LOAD_MS: `${loadMs}` });
    const call = await callers.call({ flowId: 'greeting', policy: PATIENT });
    const joinedAt = await until('the agent to be in the room', () =>
      call.caller.seen.includes('agent-1') ? Date.now() : undefined,
    );
    // It is in the room, as polling for a participant would find it, and it is not ready.
    expect((await call.view()).stage).toBe('agent-ready');
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts).toHaveLength(1);
    expect(beganAt(view, 'flow') - beganAt(view, 'dispatch')).toBeGreaterThan(loadMs);
    expect(beganAt(view, 'flow') - joinedAt).toBeGreaterThan(loadMs / 2);
    expect(call.caller.segments[0]!.startAt).toBeGreaterThan(beganAt(view, 'flow'));
    expect(call.caller.audibleMs).toBeGreaterThan(2_000);
  });

  it('whose warm processes die loads others, and sends no call into a dead one', async () => {
    agent = await stack.startAgent(FEW);
    const { healthUrl } = agent;
    const warm = async () => ((await (await fetch(`${healthUrl}/readyz`)).json()) as { warm: number }).warm;
    const loaded = () => until('two warm processes', async () => (await warm()) === 2 || undefined);
    await loaded();
    const jobs = jobProcessesOf(agent);
    expect(jobs).toHaveLength(2);
    for (const job of jobs) process.kill(job.pid, 'SIGKILL');
    await until('them to be missed', async () => (await warm()) < 2 || undefined);
    await loaded();
    const call = await callers.call({ flowId: 'greeting', policy: { ...PATIENT, dispatchAttempts: 1 } });
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts).toHaveLength(1);
  });

  const PLUGIN: Record<string, string> = { LLM: 'openai', LLM_API_KEY: 'none' };
  it.each([
    { providers: 'of our own', env: {}, folder: 'bundle' },
    { providers: 'of a plugin', env: PLUGIN, folder: 'job' },
  ])('with providers $providers runs its jobs from dist/agent/$folder', async ({ env, folder }) => {
    agent = await stack.startAgent({ ...FEW, ...env });
    const jobs = jobProcessesOf(agent);
    expect(jobs).not.toEqual([]);
    for (const { command } of jobs) expect(command).toContain(`agent/${folder}/process.js`);
    const call = await callers.call({ flowId: 'greeting', policy: PATIENT });
    expect((await call.ended()).ended?.reason).toBe('completed');
    expect(call.caller.audibleMs).toBeGreaterThan(2_000);
  });

  it('whose provider cannot speak says so, and why, in its log', async () => {
    const provider = createServer((_, response) => void response.writeHead(401).end('this key is not known')).listen(0);
    await once(provider, 'listening');
    const { port } = provider.address() as AddressInfo;
    const env = { ...FEW, TTS: 'openai', TTS_BASE_URL: `http://127.0.0.1:${port}`, TTS_API_KEY: 'wrong' };
    const others = stack.agents.length;
    const started = stack.startAgent(env).catch((error: Error) => error.message); // it never gets ready
    agent = await until('it to start', () => stack.agents[others]);
    const log = () => readFile(`${stack.logDir}/agent-worker.log`, 'utf8');
    const line = await until('the reason', async () =>
      (await log()).split('\n').find((each) => each.includes('cannot load')),
    );
    expect(line).toContain('answered 401: this key is not known');
    provider.close();
    await agent?.stop();
    expect(await started).toMatch(/ended|readiness/);
  });

  it('whose line to LiveKit went dead without a word registers again, and takes calls', LONG, async () => {
    const gate = await openTcpGate(stack.ports.livekit);
    agent = await stack.startAgent({ ...FEW, LIVEKIT_URL: `ws://${gate.address}` });
    const { healthUrl } = agent;
    const pingedAt = Date.now() + 25_000; // twice: LiveKit pings every 10 s, and one that never has is not expected to
    await until('LiveKit to have pinged', () => Date.now() > pingedAt);
    gate.hang();
    await until('the host to notice', async () => !(await fetch(`${healthUrl}/readyz`)).ok);
    gate.open();
    await until('the host to register', async () => (await fetch(`${healthUrl}/readyz`)).ok);
    const view = await (await callers.call({ flowId: 'greeting', policy: PATIENT })).ended();
    expect(view.ended?.reason).toBe('completed');
    await agent.stop();
    gate.close();
  });
});
