import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LIMIT_MS } from '../conditions.js';
import { losses, type Losses, randomNumbers, shuffled } from '../random.js';
import type { CallRecord, Condition, ConditionResult, Contender } from '../types.js';
import { CONTENDERS } from '../types.js';
import type { Testbed } from './testbed.js';

/** One round of one contender was measured. */
export type Progress = (records: CallRecord[]) => void;

/** Rounds of all contenders in turn, so that whatever the machine does besides hits all of them. */
export async function measureCondition(
  bed: Testbed,
  condition: Condition,
  seed: number,
  progress: Progress,
): Promise<ConditionResult> {
  const random = randomNumbers(seed, condition.id);
  const loadBefore = loadavg()[0]!;
  const startedAt = Date.now();
  const callers = { cpuMs: 0, wallMs: 0, cpuMsOf: { ours: 0, floor: 0, polling: 0, 'polling-old': 0 } };
  const calls: CallRecord[] = [];
  for (let round = 0; round < condition.rounds; round++) {
    const lost = losses(condition.lossRate ?? 0, condition.calls, random);
    for (const contender of shuffled(CONTENDERS, random)) {
      await bed.quiet();
      if (condition.pauseMs) await sleep(condition.pauseMs);
      const [before, at] = [await bed.callers.cpuMs(), Date.now()];
      const records = await measureRound(bed, condition, contender, round, lost);
      const cpuMs = (await bed.callers.cpuMs()) - before;
      callers.cpuMs += cpuMs;
      callers.cpuMsOf[contender] += cpuMs;
      callers.wallMs += Date.now() - at;
      calls.push(...records);
      progress(records);
    }
  }
  return { condition, loadBefore, tookMs: Date.now() - startedAt, callers, calls };
}

/** A few calls that do not count, after a start: compilers, caches and connections have seen one. */
export async function warmUp(bed: Testbed, providerLoadMs: number): Promise<void> {
  const condition = { id: 'warm-up', title: 'warm-up', providerLoadMs, calls: 2, gapMs: 0, rounds: 1 };
  for (const contender of ['ours', 'floor', 'polling'] as const) {
    await bed.quiet();
    await measureRound(bed, condition, contender, 0, () => false);
  }
}

async function measureRound(
  bed: Testbed,
  condition: Condition,
  contender: Contender,
  round: number,
  lost: Losses,
): Promise<CallRecord[]> {
  const { agentBackAfterMs, apiLatencyMs = 0 } = condition;
  bed.proxy.begin({ latencyMs: apiLatencyMs, lost });
  if (agentBackAfterMs !== undefined) await bed.stopAgent(contender);
  const placed = Array.from({ length: condition.calls }, async (_, call) => {
    await sleep(call * condition.gapMs);
    const order = {
      id: randomUUID(),
      contender,
      url: bed.urlOf(contender),
      flowId: 'held',
      limitMs: LIMIT_MS,
      ...(contender === 'floor' && { lost: lost(call, 0) }),
    };
    const { heardMs, why } = await bed.callers.place(order);
    return { id: order.id, call, heardMs, why };
  });
  const back = agentBackAfterMs === undefined ? undefined : sleep(agentBackAfterMs);
  const started = back?.then(() => bed.startAgent(contender, condition));
  const [decided] = await Promise.all([Promise.all(placed), started]); // callers stay until all of the round are served
  const records = decided.map(async ({ id, call, heardMs, why }) => {
    const known = await bed.callers.look(id);
    const reason = heardMs === null ? [why, known.why].filter(Boolean).join('; ') : undefined;
    return { contender, round, call, heardMs, steps: known.steps, ...(reason && { why: reason }) };
  });
  const result = await Promise.all(records);
  bed.proxy.begin({ latencyMs: 0, lost: () => false });
  await Promise.all(decided.map(({ id }) => bed.callers.leave(id)));
  return result;
}
