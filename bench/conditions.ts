import { availableParallelism } from 'node:os';
import type { Condition } from './types.js';

/** A call counts as greeted when its caller has heard speech within this time. */
export const LIMIT_MS = 15_000;

const ONE = { calls: 1, gapMs: 0 };
const TEN = { calls: 10, gapMs: 0 };
const CLICKS = { calls: 10, gapMs: 200 };
const LOADED = { providerLoadMs: 0 };
/** What the agents framework keeps warm in production unless told otherwise (`numIdleProcesses`). */
const FRAMEWORK_WARM = Math.min(availableParallelism(), 4);

export const CONDITIONS: Condition[] = [
  { id: 'one', title: 'one call at a time, quiet machine', ...LOADED, ...ONE, rounds: 12, pauseMs: 2_000 },
  { id: 'ten', title: '10 at once', ...LOADED, ...TEN, rounds: 3 },
  { id: 'clicks', title: '10 rapid clicks, 200 ms apart', ...LOADED, ...CLICKS, rounds: 3 },
  { id: 'restart', title: 'agent restarting, back after 2 s', ...LOADED, ...ONE, rounds: 3, agentBackAfterMs: 2_000 },
  { id: 'loss', title: '30 % of dispatches lost', ...LOADED, ...CLICKS, rounds: 3, lossRate: 0.3 },
  { id: 'api-500', title: 'LiveKit API 500 ms away', ...LOADED, ...ONE, rounds: 5, apiLatencyMs: 500 },
  { id: 'api-1000', title: 'LiveKit API 1000 ms away', ...LOADED, ...ONE, rounds: 5, apiLatencyMs: 1_000 },
  {
    id: 'ten-default',
    title: "10 at once, the yardsticks' framework as it comes",
    ...LOADED,
    ...TEN,
    rounds: 3,
    yardstickWarm: FRAMEWORK_WARM,
    asItComes: true,
  },
  { id: 'one-1s', title: 'one at a time, providers load 1 s', ...ONE, providerLoadMs: 1_000, rounds: 5 },
  { id: 'ten-1s', title: '10 at once, providers load 1 s', ...TEN, providerLoadMs: 1_000, rounds: 2 },
  { id: 'one-2s', title: 'one at a time, providers load 2 s', ...ONE, providerLoadMs: 2_000, rounds: 5 },
  { id: 'ten-2s', title: '10 at once, providers load 2 s', ...TEN, providerLoadMs: 2_000, rounds: 2 },
];

/** Small, and so quick that it can be run at any time: it shows that everything works, and little more. */
export const QUICK: Condition[] = [
  { id: 'one', title: 'one call at a time', ...LOADED, ...ONE, rounds: 2 },
  { id: 'four', title: '4 at once', ...LOADED, calls: 4, gapMs: 0, rounds: 1 },
];

/** What is measured besides: mid-call recovery and memory on the running stack, then the orchestrator alone. */
export const EXTRAS = ['recovery', 'memory', 'history', 'orchestrator'] as const;
export type Extra = (typeof EXTRAS)[number];
