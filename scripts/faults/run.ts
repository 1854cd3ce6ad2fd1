import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { CallPolicy } from '../../contract/index.js';
import { percentile } from '../call/stats.js';
import { type Case, type CaseResult, Finding, type Outcome, type Row, type Run } from './row.js';
import { isNothing, type LeftOver } from './world/left-over.js';
import { World } from './world/world.js';

export interface SuiteOptions {
  seed: number;
  /** Only cases whose name has this in it. */
  only: string;
  quick: boolean;
  soakMs: number;
  /** Over every call. */
  policy: Partial<CallPolicy>;
  say(line: string): void;
}

/** A quick run needs fewer, and waits less for them. */
const WARM = { full: 12, quick: 3 };

const PATIENT: Partial<CallPolicy> = { acceptMs: 4_000, readyMs: 60_000, renewMs: 30_000 };

const NOTHING: LeftOver = { rooms: 0, dispatches: 0, jobs: 0, workflows: 0 };

/** Runs rows one after the other in one world, which every row must leave as it found it. */
export async function runRows(rows: readonly Row[], options: SuiteOptions): Promise<CaseResult[]> {
  const { seed, quick, only, policy, say } = options;
  say(`starting Temporal, LiveKit and our parts (seed ${seed})`);
  const world = await World.start({ seed, policy, warm: quick ? WARM.quick : WARM.full });
  say(`all parts run; their logs: ${world.servers.logDir}`);
  const results: CaseResult[] = [];
  try {
    for (const row of rows) {
      for (const each of row.cases.filter(({ fault, long }) => fault.includes(only) && !(quick && long)))
        results.push(await runCase(row, each, world, options));
    }
  } finally {
    // What fell short is to be looked into.
    const keepData = results.some(({ state }) => state === 'falls short');
    await world.stop({ keepData });
    if (keepData) say(`logs, and Temporal's database with every call, stay in ${world.servers.dataDir}`);
  }
  return results;
}

async function runCase(row: Row, each: Case, world: World, options: SuiteOptions): Promise<CaseResult> {
  const { fault, timeGoal, rightShare = 1 } = each;
  const goal = [each.goal, ...(timeGoal && !options.quick ? [timeGoal] : [])].join(', ');
  const found = new Finding(!options.quick);
  const generator = xoroshiro128plus(options.seed + row.number);
  const say = (line: string) => options.say(`row ${row.number}, ${fault}: ${line}`);
  const run: Run = {
    world,
    found,
    say,
    count: (full, quick) => (options.quick ? quick : full),
    random: () => uniformFloat32(generator),
    soakMs: options.soakMs,
    patient: PATIENT,
    policy: options.quick ? PATIENT : {},
  };
  const began = Date.now();
  let left = NOTHING;
  if (each.run) {
    say('begins');
    const failed = (error: unknown) => found.must(false, error instanceof Error ? error.message : String(error));
    await world
      .calm()
      .then(() => each.run!(run))
      .catch(failed);
    world.servers.livekitApi.rule = undefined;
    left = await world.settle();
    found.must(isNothing(left), `left over: ${JSON.stringify(left)}`);
    for (const crash of world.servers.crashes()) found.must(false, `crashed: ${crash}`);
  }
  const { outcomes, figures, shortfalls } = found;
  const [calls, right] = [outcomes.length, outcomes.filter((outcome) => outcome.right).length];
  const terminal = outcomes.filter(({ view }) => view).length;
  found.must(terminal === calls, `${calls - terminal} calls did not end`);
  found.must(right >= rightShare * calls, `${calls - right} of ${calls} calls did not end as they should`);
  const state = !each.run ? 'not built yet' : shortfalls.length === 0 ? 'holds' : 'falls short';
  const tookMs = Date.now() - began;
  const ids = shortfalls.length > 0 ? [`calls, slowest first: ${slowestFirst(outcomes).join(' ')}`] : [];
  say([`${state} (${Math.round(tookMs / 1000)} s)`, ...shortfalls, ...ids].join('\n    '));
  const p95Ms = percentile(
    outcomes.flatMap(({ ms }) => ms ?? []),
    95,
  );
  const counts = { calls, terminal, right, left, ...(p95Ms !== undefined && { p95Ms }) };
  return { row: row.number, fault, goal, state, ...counts, figures, shortfalls, tookMs };
}

const slowestFirst = (outcomes: readonly Outcome[]): string[] =>
  outcomes.toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0)).map(({ callId }) => callId);
