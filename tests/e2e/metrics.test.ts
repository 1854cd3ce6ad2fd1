import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tryAlertRules } from '../support/alert-rules.js';
import { script } from '../support/script.js';
import { type SpeechServer, startSpeechServer } from '../support/speech-server.js';
import { startStack, type Stack } from '../support/stack.js';
import { Callers, PATIENT, until } from './harness.js';

const { freePorts } = await script('ports.mjs');
const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Series as Prometheus would store them: name and labels → value. */
type Samples = Map<string, number>;

async function scrape(url: string): Promise<Samples> {
  const answer = await fetch(`${url}/metrics`);
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))] as const;
    }),
  );
}

/** The sum over the series of a metric whose labels have these values. */
function sum(samples: Samples, metric: string, labels: Record<string, string> = {}): number {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return [...samples]
    .filter(([series]) => series.split('{')[0] === metric && wanted.every((label) => series.includes(label)))
    .reduce((total, [, value]) => total + value, 0);
}

describe('metrics of real calls', () => {
  let stack: Stack;
  let callers: Callers;
  let voice: SpeechServer;
  let urls: { gateway: string; worker: string; agent: string; agentSdk: string };
  /** Of the call worker: before any call, and after each kind. */
  const recorded: Record<'before' | 'well' | 'ill' | 'silent', Samples> = {
    ...{ before: new Map(), well: new Map(), ill: new Map(), silent: new Map() },
  };

  beforeAll(async () => {
    const [worker, agentSdk] = await freePorts(2);
    const metricsOf = { WORKER_METRICS_PORT: `${worker}` };
    voice = await startSpeechServer();
    const agentEnv = { AGENT_METRICS_PORT: `${agentSdk}`, TTS: 'piper', PIPER_URL: voice.url };
    stack = await startStack({ env: metricsOf, agentEnv });
    callers = new Callers(stack.urls.gateway, stack.env);
    urls = {
      gateway: stack.urls.gateway,
      worker: `http://127.0.0.1:${worker}`,
      agent: stack.agents[0]!.healthUrl,
      agentSdk: `http://127.0.0.1:${agentSdk}`,
    };
    recorded.before = await scrape(urls.worker);
    await scrape(urls.gateway); // from now on it counts
  });
  afterAll(async () => {
    await callers?.leaveAll();
    await Callers.dispose();
    await stack?.stop();
    voice?.stop();
  });

  it('a call that goes well, on gateway, call worker and agent host', async () => {
    const { ended } = await callers.call({ flowId: 'greeting', policy: PATIENT });
    expect((await ended()).ended).toMatchObject({ reason: 'completed' });

    recorded.well = await until('the worker to tell', async () => {
      const samples = await scrape(urls.worker);
      return sum(samples, 'durable_calls_worker_ended_total') > 0 ? samples : undefined;
    });
    const worker = recorded.well;
    expect(sum(worker, 'durable_calls_worker_ended_total', { reason: 'completed', fault: 'none' })).toBe(1);
    expect(sum(worker, 'durable_calls_worker_setups_total', { outcome: 'ok', direction: 'web' })).toBe(1);
    expect(sum(worker, 'durable_calls_worker_greetings_total', { outcome: 'ok' })).toBe(1);
    expect(sum(worker, 'durable_calls_worker_attempts_total', { outcome: 'ready' })).toBe(1);
    expect(sum(worker, 'durable_calls_worker_recoveries_total')).toBe(0);
    for (const stage of ['admitted', 'room', 'dispatch', 'agent-ready', 'caller', 'flow', 'cleanup'])
      expect(sum(worker, 'durable_calls_worker_stage_seconds_count', { stage }), stage).toBe(1);
    expect(sum(worker, 'durable_calls_worker_stage_seconds_bucket', { stage: 'flow', le: '1800' })).toBe(1);
    expect(sum(worker, 'durable_calls_worker_setup_seconds_count')).toBe(1);
    expect(sum(worker, 'temporal_workflow_completed_total', { workflow_type: 'call' })).toBe(1);

    const gateway = await until('the gateway to tell', async () => {
      const samples = await scrape(urls.gateway);
      return sum(samples, 'durable_calls_ended_total') > 0 ? samples : undefined;
    });
    expect(sum(gateway, 'durable_calls_setups_total', { outcome: 'ok' })).toBe(1);
    expect(sum(gateway, 'durable_calls_greetings_total', { outcome: 'ok' })).toBe(1);
    expect(sum(gateway, 'durable_calls_setup_seconds_count')).toBe(1);
    expect(sum(gateway, 'durable_calls_stage_seconds_count', { stage: 'flow' })).toBe(1);
    expect(sum(gateway, 'durable_calls_webhooks_total', { event: 'room_finished', outcome: 'received' })).toBe(1);

    const agent = await until('the job to be over', async () => {
      const samples = await scrape(urls.agent);
      return sum(samples, 'durable_calls_agent_jobs_ended_total') > 0 ? samples : undefined;
    });
    expect(sum(agent, 'durable_calls_agent_requests_total', { answer: 'accepted' })).toBe(1);
    expect(sum(agent, 'durable_calls_agent_ready_seconds_count')).toBe(1);
    expect(sum(agent, 'durable_calls_agent_activity_seconds_count', { activity: 'startFlow', outcome: 'ok' })).toBe(1);
    expect(sum(agent, 'durable_calls_agent_first_audio_seconds_count')).toBeGreaterThan(0);
    expect(sum(agent, 'durable_calls_agent_capacity')).toBe(20);
    expect(sum(agent, 'durable_calls_agent_free')).toBe(20);
    // The pool refills when the machine lets it.
    await until('a warm process', async () => sum(await scrape(urls.agent), 'durable_calls_agent_warm_processes') > 0);
    expect(sum(await scrape(urls.agentSdk), 'temporal_num_pollers')).toBeGreaterThan(0);
  });

  it('an agent that is lost in the call, a call that gets none', async () => {
    const lost = await callers.call({ flowId: 'greeting', policy: PATIENT });
    const pid = await until('the agent to speak', async () => {
      if ((await lost.view()).stage !== 'flow') return undefined;
      const { jobs } = (await (await fetch(`${urls.agent}/jobs`)).json()) as {
        jobs: { pid?: number; callId: string }[];
      };
      return jobs.find(({ callId }) => callId === lost.callId)?.pid;
    });
    process.kill(pid, 'SIGKILL');
    expect((await lost.ended()).ended).toMatchObject({ reason: 'completed' });
    // Before the next call: a job that is sent away before it joins says no word either.
    const agent = await scrape(urls.agent);
    expect(sum(agent, 'durable_calls_agent_jobs_ended_total', { how: 'gone' })).toBe(1);
    expect(sum(agent, 'durable_calls_agent_activity_seconds_count', { outcome: 'AgentLost' })).toBe(1);
    const never = await callers.create({ flowId: 'greeting', policy: { readyMs: 1 } });
    expect((await callers.ended(never.callId)).ended).toMatchObject({ fault: 'platform' });

    recorded.ill = await until('the worker to tell', async () => {
      const samples = await scrape(urls.worker);
      return sum(samples, 'durable_calls_worker_ended_total') === 3 ? samples : undefined;
    });
    expect(sum(recorded.ill, 'durable_calls_worker_recoveries_total')).toBe(1);
    expect(sum(recorded.ill, 'durable_calls_worker_attempts_total', { outcome: 'lost' })).toBe(1);
    expect(sum(recorded.ill, 'durable_calls_worker_setups_total', { outcome: 'failed' })).toBe(1);
  });

  it('a caller whom the agent cannot greet: its voice fails', async () => {
    const call = await callers.call({ flowId: 'greeting', variables: { name: 'refuse' }, policy: PATIENT });
    const { ended, said } = await call.ended();
    expect(ended).toMatchObject({ reason: 'tts-failed', fault: 'provider' });
    expect(said).toEqual([]);
    expect(call.caller.audibleMs).toBe(0);
    recorded.silent = await until('the worker to tell', async () => {
      const samples = await scrape(urls.worker);
      return sum(samples, 'durable_calls_worker_ended_total') === 4 ? samples : undefined;
    });
    expect(sum(recorded.silent, 'durable_calls_worker_greetings_total', { outcome: 'failed' })).toBe(1);
    expect(sum(recorded.silent, 'durable_calls_worker_setups_total', { outcome: 'failed' })).toBe(1);
  });

  it('dashboard, alerts and docs name only metrics that there are', async () => {
    const pages = await Promise.all(Object.values(urls).map(async (url) => (await fetch(`${url}/metrics`)).text()));
    // Those with labels have no sample until something happened, only their type.
    const exposed = new Set(
      pages.flatMap((page) =>
        [...page.matchAll(/^(?:# TYPE )?(\w+)(?: (\w+)$)?/gm)].flatMap(([, name, type]) =>
          type === 'histogram' ? [name!, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name!],
        ),
      ),
    );
    exposed.add('temporal_request_failure_total'); // the SDK's, once there was one
    const named = (file: string, pattern: RegExp) =>
      [...readFileSync(inRoot(file), 'utf8').matchAll(pattern)].map(([, name]) => name!);
    const names = [
      ...['ops/grafana.json', 'ops/alerts.yml'].flatMap((file) => named(file, /\b((?:durable_calls|temporal)_\w+)/g)),
      ...['docs/metrics.md', 'docs/capacity.md'].flatMap((file) => named(file, /`((?:durable_calls|temporal)_\w+)/g)),
    ];
    expect(names.length).toBeGreaterThan(60);
    expect([...new Set(names)].filter((name) => !exposed.has(name))).toEqual([]);
  });

  /** promtool plays the series, with the calls recorded since `base` made again every minute, through the rules. */
  function alertsAfter(
    base: Samples,
    samples: Samples,
    expected: { name: string; labels: Record<string, string> }[],
    silent: string[],
  ) {
    const input_series = [...samples]
      .filter(([series]) => /^durable_calls_worker_(setups|greetings|recoveries)_total/.test(series))
      .map(([series, value]) => {
        const before = base.get(series) ?? 0;
        return { series, values: `${before}+${value - before}x120` };
      });
    expect(input_series.length).toBeGreaterThan(0);
    const at = '2h';
    const firing = expected.map(({ name, labels }) => ({
      eval_time: at,
      alertname: name,
      exp_alerts: [{ exp_labels: labels }],
    }));
    const tests = [
      {
        interval: '1m',
        input_series,
        promql_expr_test: [],
        alert_rule_test: silent.map((name) => ({ eval_time: at, alertname: name, exp_alerts: [] })),
      },
      {
        interval: '1m',
        input_series,
        // Which alerts fire, without the words of their annotations.
        promql_expr_test: firing.map(({ alertname, exp_alerts }) => ({
          expr: `count by (alertname, severity) (ALERTS{alertname="${alertname}", alertstate="firing"})`,
          eval_time: at,
          exp_samples: exp_alerts.map(({ exp_labels }) => ({
            labels: `{alertname="${alertname}", severity="${exp_labels.severity}"}`,
            value: 1,
          })),
        })),
      },
    ];
    tryAlertRules(tests);
  }

  const page = (name: string) => ({ name, labels: { severity: 'page' } });
  const PROMISES = ['CallSetupFails', 'CallSetupFailsSlowly', 'GreetingNotHeard', 'GreetingNotHeardSlowly'];

  it('alerts fire on what was recorded of the calls that went ill, and on nothing else', () => {
    alertsAfter(recorded.before, recorded.well, [], [...PROMISES, 'AgentsAreLost']);
    alertsAfter(
      recorded.before,
      recorded.ill,
      [page('CallSetupFails'), { name: 'AgentsAreLost', labels: { severity: 'ticket' } }],
      ['GreetingNotHeard'],
    );
  });

  it('the greeting has an alert of its own', () => {
    alertsAfter(recorded.ill, recorded.silent, [page('GreetingNotHeard')], ['CallSetupFails', 'AgentsAreLost']);
  });
});
