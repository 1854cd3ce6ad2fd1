import { median, of, outcome, paired, ratio } from '../statistics.js';
import type { ConditionResult, Results } from '../types.js';
import { againstNoOp, growthPerCall, memoryPerCall } from './extras.js';
import { ms, signedMs, times } from './format.js';

/** A goal of the design (section 9), beside what was measured for it. */
export interface Goal {
  what: string;
  measured: string;
  goal: string;
  holds: boolean;
}

const FLOOR_MARGIN_MS = 100;
const GRACE_MS = 300;
const BURST_RATIO = 0.5;
const BURST_STRETCH_MS = 3_000;
const JOB_KILLED_MS = 1_000;
const HOST_KILLED_MS = 25_000;
const THROUGHPUT_RATIO = 0.8;
const HISTORY_EVENTS = 60;
const MEMORY_RATIO = 1.1;

/** Only goals for which something was measured. */
export const goals = (results: Results): Goal[] => [
  ...results.conditions.flatMap(ofCondition),
  ...ofRecovery(results),
  ...ofCost(results),
];

function ofCondition({ condition, calls }: ConditionResult): Goal[] {
  const { title } = condition;
  const [ours, floor, polling] = [
    outcome(of(calls, 'ours')),
    outcome(of(calls, 'floor')),
    outcome(of(calls, 'polling')),
  ];
  const found: Goal[] = [
    {
      what: `${title}: greeted`,
      measured: `${ours.heard}/${ours.calls}`,
      goal: 'all',
      holds: ours.heard === ours.calls,
    },
    {
      what: `${title}: p50 against polling`,
      measured: `${ms(ours.p50)} : ${ms(polling.p50)} ms`,
      goal: 'never slower',
      holds: Number.isFinite(ours.p50) && ours.p50! <= (polling.p50 ?? Infinity),
    },
  ];
  const single = condition.calls === 1 && !condition.providerLoadMs && !condition.apiLatencyMs;
  if (single && condition.agentBackAfterMs === undefined) found.push(...ofSingle(title, calls));
  if (condition.calls === 10 && condition.gapMs === 0) {
    const part = ratio(ours.p95, floor.p95);
    found.push(
      {
        what: `${title}: p95 against the floor`,
        measured: `${ms(ours.p95)} : ${ms(floor.p95)} ms (${times(part)})`,
        goal: `at most ${BURST_RATIO}x`,
        holds: (part ?? Infinity) <= BURST_RATIO,
      },
      {
        what: `${title}: the last greeting (stretch)`,
        measured: `${ms(ours.max)} ms`,
        goal: `at most ${BURST_STRETCH_MS} ms`,
        holds: (ours.max ?? Infinity) <= BURST_STRETCH_MS,
      },
    );
  }
  return found;
}

function ofSingle(title: string, calls: ConditionResult['calls']): Goal[] {
  const [floor, polling] = [paired(calls, 'ours', 'floor'), paired(calls, 'ours', 'polling')];
  return [
    {
      what: `${title}: against the floor, paired`,
      measured: `${signedMs(floor)} ms`,
      goal: `within +${FLOOR_MARGIN_MS} ms`,
      holds: (floor ?? Infinity) <= FLOOR_MARGIN_MS,
    },
    {
      what: `${title}: against polling, paired`,
      measured: `${signedMs(polling)} ms`,
      goal: `-${GRACE_MS} ms, its grace period`,
      holds: (polling ?? Infinity) <= -GRACE_MS,
    },
  ];
}

function ofRecovery({ recovery }: Results): Goal[] {
  if (!recovery) return [];
  const goal = (what: string, values: (number | null)[], limitMs: number): Goal => {
    const middle = median(values.map((value) => value ?? Infinity));
    const never = values.filter((value) => value === null).length;
    const measured = `${ms(middle)} ms (median)${never ? `, ${never} of ${values.length} never` : ''}`;
    const holds = never === 0 && (middle ?? Infinity) <= limitMs;
    return { what, measured, goal: `at most ${limitMs} ms`, holds };
  };
  return [
    goal('agent job killed in mid-call -> same sentence heard', recovery.jobKilledMs, JOB_KILLED_MS),
    goal('agent host killed in mid-call -> same sentence heard', recovery.hostKilledMs, HOST_KILLED_MS),
  ];
}

function ofCost({ throughput, history, memory, growth }: Results): Goal[] {
  const found: Goal[] = [];
  if (throughput) {
    const part = againstNoOp(throughput);
    const measured = times(part);
    const goal = `at least ${THROUGHPUT_RATIO}x`;
    found.push({
      what: 'calls a second and core, against no-op activities',
      measured,
      goal,
      holds: part >= THROUGHPUT_RATIO,
    });
  }
  if (history) {
    const { events } = history;
    const goal = `at most ${HISTORY_EVENTS}`;
    found.push({
      what: 'history events of a greeting call',
      measured: `${events}`,
      goal,
      holds: events <= HISTORY_EVENTS,
    });
  }
  if (memory) {
    const { ours, framework } = memoryPerCall(memory);
    // The worker's share of a call counts too, where it was measured.
    const part = (ours + Math.max(0, (growth && growthPerCall(growth)) ?? 0)) / framework;
    const goal = `at most ${MEMORY_RATIO}x`;
    found.push({
      what: 'memory of a call, against the bare framework',
      measured: times(part),
      goal,
      holds: part <= MEMORY_RATIO,
    });
  }
  return found;
}
