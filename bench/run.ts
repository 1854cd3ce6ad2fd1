import type { Arguments } from './args.js';
import { LIMIT_MS } from './conditions.js';
import { measureCondition, warmUp } from './measure/condition.js';
import { measureHistory } from './measure/history.js';
import { measureMemory } from './measure/memory.js';
import { measureRecovery } from './measure/recovery.js';
import { Testbed } from './measure/testbed.js';
import { measureGrowth } from './orchestrator/growth.js';
import { measureThroughput } from './orchestrator/throughput.js';
import { Workshop } from './orchestrator/workshop.js';
import type { Plan } from './plan.js';
import { commit, machine } from './report/machine.js';
import { ms } from './report/format.js';
import { NAMES } from './types.js';
import type { CallRecord, Condition, Results } from './types.js';

/** As the design's first look had them; the page's ten calls at once need ten. */
const WARM = 12;
const QUICK_WARM = 4;

/** What has to be ended whatever happens, the last one first. */
export type Closing = { close(): Promise<void> }[];

/** Measures all that is planned. `save` gets the results as they grow. */
export async function run(
  { seed, quick }: Arguments,
  plan: Plan,
  say: (line: string) => void,
  save: (results: Results) => Promise<unknown>,
  closing: Closing,
): Promise<Results> {
  const startedAt = Date.now();
  const warmProcesses = quick ? QUICK_WARM : WARM;
  const results: Results = {
    ...{ date: new Date().toISOString(), quick, seed, warmProcesses, limitMs: LIMIT_MS },
    ...{ machine: machine(), commit: commit(), tookMs: 0, conditions: [] },
  };
  const saved = async (more: Partial<Results>) => {
    Object.assign(results, more, { tookMs: Date.now() - startedAt });
    await save(results);
  };
  const { conditions, extras } = plan;
  if (conditions.length > 0 || extras.some((extra) => extra !== 'orchestrator')) {
    say('starting servers and agents');
    const bed = await Testbed.open(warmProcesses);
    closing.push(bed);
    let started: string | undefined;
    for (const [i, condition] of conditions.entries()) {
      if (setUpOf(condition) !== started) await startAgents(bed, condition);
      started = setUpOf(condition);
      say(`[${i + 1}/${conditions.length}] ${condition.title}: ${condition.rounds} rounds`);
      const result = await measureCondition(bed, condition, seed, (records) => say(roundLine(records)));
      await saved({ conditions: [...results.conditions, result] });
    }
    if (extras.some((extra) => extra !== 'orchestrator') && started !== setUpOf(PLAIN)) await startAgents(bed, PLAIN);
    if (extras.includes('memory')) await saved({ memory: await measured('memory', () => measureMemory(bed)) });
    if (extras.includes('history')) await saved({ history: await measured('history', () => measureHistory(bed)) });
    if (extras.includes('recovery'))
      await saved({ recovery: await measured('recovery', () => measureRecovery(bed, say)) });
    await closing.pop()!.close();
  }
  if (extras.includes('orchestrator')) {
    const workshop = await Workshop.open();
    closing.push(workshop);
    await saved({ throughput: await measured('throughput', () => measureThroughput(workshop, say)) });
    await saved({ growth: await measured('growth', () => measureGrowth(workshop)) });
    await closing.pop()!.close();
  }
  return results;

  function measured<T>(what: string, measure: () => Promise<T>): Promise<T> {
    say(`measuring ${what}`);
    return measure();
  }
}

type AgentSetUp = Pick<Condition, 'providerLoadMs' | 'yardstickWarm'>;
const PLAIN: AgentSetUp = { providerLoadMs: 0 };

/** Agents are started anew for a condition that needs other ones than the condition before it. */
const setUpOf = ({ providerLoadMs, yardstickWarm }: AgentSetUp): string => `${providerLoadMs} ${yardstickWarm}`;

async function startAgents(bed: Testbed, setUp: AgentSetUp): Promise<void> {
  await Promise.all((['ours', 'floor'] as const).map((contender) => bed.stopAgent(contender)));
  await Promise.all((['ours', 'floor'] as const).map((contender) => bed.startAgent(contender, setUp)));
  await warmUp(bed, setUp.providerLoadMs);
}

function roundLine(records: CallRecord[]): string {
  const [{ contender, round }] = records as [CallRecord];
  const heard = records.map(({ heardMs }) => ms(heardMs)).join(' ');
  const [why] = records.flatMap((record) => record.why ?? []);
  return `  round ${round + 1} ${NAMES[contender].padEnd(24)} ${heard}${why ? `  (${why})` : ''}`;
}
