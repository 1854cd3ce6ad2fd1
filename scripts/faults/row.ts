import type { CallPolicy, CallView, EndedReason } from '../../contract/index.js';
import { isAgentIdentity } from '../../contract/index.js';
import type { Stay } from '../call/caller.js';
import { overlapMs } from '../call/energy.js';
import { percentile } from '../call/stats.js';
import { endedAt, reasonOf, type TestCall } from './world/call.js';
import type { LeftOver } from './world/left-over.js';
import type { World } from './world/world.js';

/** One line of the issue: a number, a subject, and the ways in which it is put to the test. */
export interface Row {
  number: number;
  title: string;
  cases: Case[];
}

export interface Case {
  fault: string;
  goal: string;
  /** How fast. Only a full run holds a case to it: a quick one asks whether, on a machine that may be busy. */
  timeGoal?: string;
  /** Share of calls that must end for the right reason. Default 1. */
  rightShare?: number;
  /** Only in the full run. */
  long?: true;
  /** Left out while what it breaks is not built: such a case does not hold, it does not count. */
  run?(run: Run): Promise<void>;
}

/** What a case is run with, and where it writes what it found. */
export interface Run {
  world: World;
  found: Finding;
  /** The first number in a full run, the second in a quick one. */
  count(full: number, quick: number): number;
  /** 0 … 1, from the seed. */
  random(): number;
  say(line: string): void;
  /** Of the soak. Milliseconds. */
  soakMs: number;
  /** For calls whose time is not the point: a busy machine costs none of them. */
  patient: Partial<CallPolicy>;
  /** The defaults in a full run; in a quick one, which only asks whether and not how fast, `patient`. */
  policy: Partial<CallPolicy>;
}

export interface Outcome {
  callId: string;
  view: CallView | undefined;
  right: boolean;
  /** From where the case counts to the end of the call. Milliseconds. */
  ms?: number;
}

/** Longest wait for a call to end, beyond which it counts as stuck. Milliseconds. */
const STUCK_MS = 90_000;

/** A superseded agent that was let in just before it was given up is gone after so long. Milliseconds. */
const SENT_AWAY_MS = 2_000;

const togetherMs = (stays: readonly Stay[]): number =>
  stays.reduce((sum, { from }, n) => {
    const before = Math.max(0, ...stays.slice(0, n).map(({ until = Date.now() }) => until));
    const end = Math.min(before, stays[n]!.until ?? Date.now());
    return sum + Math.max(0, end - from);
  }, 0);

/** What was found out, good and bad. */
export class Finding {
  readonly outcomes: Outcome[] = [];
  readonly figures: string[] = [];
  readonly shortfalls: string[] = [];

  constructor(private readonly timed: boolean) {}

  must(ok: boolean, otherwise: string): void {
    if (!ok) this.shortfalls.push(otherwise);
  }

  note(figure: string): void {
    this.figures.push(figure);
  }

  /**
   * Waits for the end of a call and judges it: one terminal outcome, the right one, and never two agents at once.
   *
   * @param since where the time to the end counts from. Default: the request
   */
  async end(
    call: TestCall,
    expected: readonly EndedReason[] = ['completed'],
    since = call.requestedAt,
  ): Promise<Outcome> {
    const view = await call.ended(STUCK_MS);
    const reason = reasonOf(view);
    const right = reason !== undefined && expected.includes(reason);
    const outcome = { callId: call.callId, view, right, ...(view && { ms: endedAt(view) - since }) };
    this.outcomes.push(outcome);
    if (!right) this.figures.push(`${call.callId} ended ${reason ?? 'never'}: ${view?.ended?.detail ?? 'still open'}`);
    const overlap = overlapMs(call.caller?.segments ?? []);
    this.must(overlap === 0, `${call.callId}: two agents spoke at once for ${overlap} ms`);
    const failed = view?.cleanup.filter(({ ok }) => !ok) ?? [];
    this.must(failed.length === 0, `${call.callId}: clean-up failed: ${failed.map(({ what }) => what).join(', ')}`);
    return outcome;
  }

  /** No agent was lost, so there is one agent in the room; a superseded one that slipped in is sent away at once. */
  oneAgent(call: TestCall): void {
    const agents = (call.caller?.stays ?? []).filter(({ identity }) => isAgentIdentity(identity));
    const ms = togetherMs(agents);
    if (ms > 0) this.note(`${call.callId}: a superseded agent was in the room for ${ms} ms beside the other`);
    const limit = this.timed ? SENT_AWAY_MS : 5 * SENT_AWAY_MS;
    this.must(ms <= limit, `${call.callId}: two agents were in the room for ${ms} ms`);
  }

  /** Notes the spread of durations, in milliseconds, and holds one value of it to a goal. */
  spread(what: string, values: readonly number[], goal?: { percent: number; ms: number }): void {
    const [p50, max] = [percentile(values, 50), percentile(values, 100)];
    if (p50 === undefined) return this.must(false, `${what}: nothing was measured`);
    this.note(`${what} p50 ${p50} ms, max ${max} ms`);
    if (!goal || !this.timed) return;
    const value = percentile(values, goal.percent)!;
    this.must(value <= goal.ms, `${what} p${goal.percent} ${value} ms, more than ${goal.ms} ms`);
  }
}

/** A line of the table. */
export interface CaseResult {
  row: number;
  fault: string;
  goal: string;
  state: 'holds' | 'falls short' | 'not built yet';
  calls: number;
  terminal: number;
  right: number;
  left: LeftOver;
  p95Ms?: number;
  figures: string[];
  shortfalls: string[];
  tookMs: number;
}
