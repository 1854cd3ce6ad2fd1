import { expect, it } from 'vitest';
import { createHealth, type HealthDeps } from '../../../agent/host/health.js';
import { Jobs } from '../../../agent/host/jobs.js';
import { HostMetrics } from '../../../agent/host/metrics.js';
import type { AgentActivities } from '../../../contract/index.js';
import { tryAlertRules } from '../../support/alert-rules.js';

/** What a host tells Prometheus of the jobs that it takes. */
async function takesJobs(
  ill: Partial<Pick<HealthDeps, 'registered' | 'temporal' | 'draining'>> & { everLoaded?: boolean; canServe?: boolean },
) {
  const { everLoaded = true, canServe = true, ...rest } = ill;
  const jobs = new Jobs(2);
  const well = { registered: async () => true, temporal: () => 'RUNNING', draining: () => false, ...rest };
  const metrics = new HostMetrics(jobs, () => 0, well.draining);
  const reception = { warm: 0, everLoaded, canServe: () => canServe } as HealthDeps['reception'];
  const health = createHealth({ hostId: 'h', jobs, reception, metrics, liveKitVersion: () => undefined, ...well });
  const { body } = await health.inject('/metrics');
  return /^durable_calls_agent_takes_jobs (\d)$/m.exec(body)?.[1];
}

it('a host that drains or is not ready tells Prometheus that it takes no jobs', async () => {
  // Its pool is empty after a burst, and is being filled.
  expect(await takesJobs({})).toBe('1');
  expect(await takesJobs({ draining: () => true })).toBe('0');
  expect(await takesJobs({ registered: async () => false })).toBe('0');
  expect(await takesJobs({ temporal: () => 'FAILED' })).toBe('0');
  expect(await takesJobs({ everLoaded: false })).toBe('0');
  expect(await takesJobs({ canServe: false })).toBe('0');
});

it('a text without a sound counts as no first audio, not as one at once', async () => {
  const metrics = new HostMetrics(
    new Jobs(1),
    () => 0,
    () => false,
  );
  const say = async ({ firstAudioMs }: { firstAudioMs: number }) => ({ playedMs: 0, firstAudioMs });
  const measured = metrics.measured({ say } as unknown as AgentActivities) as unknown as { say: typeof say };
  await measured.say({ firstAudioMs: 0 });
  await measured.say({ firstAudioMs: 300 });
  expect(await metrics.text()).toContain('durable_calls_agent_first_audio_seconds_count 1\n');
});

it('the alert about places counts those of hosts that take jobs', () => {
  const host = (instance: string, free: number, takes: number) => [
    { series: `durable_calls_agent_free{instance="${instance}"}`, values: `${free}x10` },
    { series: `durable_calls_agent_takes_jobs{instance="${instance}"}`, values: `${takes}x10` },
  ];
  const test = (input_series: object[], fires: boolean) => ({
    interval: '1m',
    input_series,
    promql_expr_test: [
      {
        expr: 'count(ALERTS{alertname="NoAgentPlaceFree", alertstate="firing"})',
        eval_time: '5m',
        exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
      },
    ],
  });
  const [full, drains, hasOne] = [host('full', 0, 1), host('drains', 20, 0), host('well', 1, 1)];
  tryAlertRules([test([...full, ...drains], true), test([...full, ...drains, ...hasOne], false)]);
});
