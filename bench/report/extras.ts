import { median } from '../statistics.js';
import type { Growth, Results, Throughput } from '../types.js';
import { ms, times } from './format.js';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const kib = (value: number): string => `${value.toFixed(0)} KiB`;
const mib = (kib: number): string => `${(kib / 1024).toFixed(1)} MiB`;

type Activities = Throughput['rounds'][number]['activities'];

const rates = ({ rounds }: Throughput, activities: Activities, of: 'cpuMs' | 'wallMs'): number[] =>
  rounds.filter((round) => round.activities === activities).map((round) => (1000 * round.calls) / round[of]);

/** Median over rounds. */
const rate = (throughput: Throughput, activities: Activities, of: 'cpuMs' | 'wallMs'): number =>
  median(rates(throughput, activities, of)) ?? NaN;

/** Calls per second and core with real activities, in parts of those with none: median over pairs of rounds. */
export function againstNoOp(throughput: Throughput): number {
  const noOp = rates(throughput, 'no-op', 'cpuMs');
  return median(rates(throughput, 'real', 'cpuMs').map((real, round) => real / noOp[round]!)) ?? NaN;
}

export const memoryPerCall = ({ oursKib, frameworkKib }: NonNullable<Results['memory']>) => ({
  ours: mean(oursKib),
  framework: mean(frameworkKib),
});

/** KiB of the worker process for each further call that is open. */
export function growthPerCall([one, many]: Growth[]): number | undefined {
  return one && many && (many.rssKib - one.rssKib) / (many.atOnce - one.atOnce);
}

/** Lines of name and value for everything that is not a call's way to its greeting. */
export function extraRows({ recovery, memory, history, throughput, growth, growthNoOp }: Results): string[][] {
  const rows: string[][] = [];
  if (recovery) {
    rows.push([
      'agent job killed -> sentence heard from the next one, each',
      `${recovery.jobKilledMs.map(ms).join(', ')} ms`,
    ]);
    rows.push(['agent host killed -> the same, each', `${recovery.hostKilledMs.map(ms).join(', ')} ms`]);
  }
  if (history) rows.push(['history of a greeting call', `${history.events} events, ${history.bytes} bytes`]);
  if (memory) {
    const { ours, framework } = memoryPerCall(memory);
    rows.push(['memory of a job process in a call', `${mib(ours)}; the bare framework ${mib(framework)}`]);
  }
  if (throughput) {
    for (const activities of ['real', 'no-op'] as const) {
      const [core, wall] = [rate(throughput, activities, 'cpuMs'), rate(throughput, activities, 'wallMs')];
      const text = `${core.toFixed(1)} a second and core (${wall.toFixed(1)} a second, Temporal on the same machine)`;
      rows.push([`calls orchestrated, ${activities} activities`, text]);
    }
    const temporal = throughput.rounds.filter(({ activities }) => activities === 'real');
    const perCall = mean(temporal.map(({ temporalCpuMs, calls }) => temporalCpuMs / calls));
    rows.push(['CPU of the Temporal server for a call', `${perCall.toFixed(0)} ms`]);
  }
  if (growth) rows.push(...growthRows(growth, growthNoOp));
  return rows;
}

function growthRows(real: Growth[], noOp: Growth[] | undefined): string[][] {
  const rows: string[][] = [];
  for (const [activities, growth] of [
    ['real', real],
    ['no-op', noOp],
  ] as const) {
    for (const { atOnce, rssKib, startedMs } of growth ?? []) {
      const started = `a further call's first words asked for after ${ms(median(startedMs))} ms (median)`;
      const what = `${atOnce} scripted call${atOnce > 1 ? 's' : ''} open, ${activities} activities`;
      rows.push([what, `worker ${mib(rssKib)}, ${started}`]);
    }
  }
  const [grown, yardstick] = [growthPerCall(real), noOp && growthPerCall(noOp)];
  if (grown === undefined) return rows;
  const against = yardstick === undefined ? '' : `; no-op activities ${kib(yardstick)}: ${times(grown / yardstick)}`;
  rows.push(['growth of the worker for each further call', `${kib(grown)}${against}`]);
  return rows;
}
