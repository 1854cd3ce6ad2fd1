import type { Arguments } from './args.js';
import { LIMIT_MS } from './conditions.js';
import { measureCondition, warmUp } from './measure/condition.js';
import { measureHistory } from './measure/history.js';
import { measureMemory } from './measure/memory.js';
import { measureRecovery } from './measure/recovery.js';
import type { Parts } from './measure/parts.js';
import { Testbed } from './measure/testbed.js';
import { measureGrowth } from './orchestrator/growth.js';
import { measureThroughput } from './orchestrator/throughput.js';
import { Workshop } from './orchestrator/workshop.js';
import type { Plan } from './plan.js';
import { commit, machine } from './report/machine.js';
import { ms } from './report/format.js';
import { Refusal } from './refusal.js';
import { NAMES } from './types.js';
import type { AgentSetUp, CallRecord, Results } from './types.js';

/** As the design's first look had them; the page's ten calls at once need ten. */
const WARM = 12;
const QUICK_WARM = 4;

const PLAIN: AgentSetUp = { providerLoadMs: 0 };
/** What a job process of ours takes is compared with the framework as people run it. */
const FRAMEWORK_AS_IT_COMES: AgentSetUp = { providerLoadMs: 0, asItComes: true };

/** Measures all that is planned. `save` gets the results as they grow; what is started is in `parts`. */
export async function run(
  { seed, quick }: Arguments,
  plan: Plan,
  say: (line: string) => void,
  save: (results: Results) => Promise<unknown>,
  parts: Parts,
): Promise<Results> {
  if (process.platform !== 'linux')
    throw new Refusal('The benchmark runs on Linux only: it reads the state, memory and CPU of processes from /proc.');
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
    const bed = await Testbed.open(warmProcesses, parts);
    let started: string | undefined;
    const prepare = async (setUp: AgentSetUp) => {
      if (keyOf(setUp) !== started) await startAgents(bed, setUp);
      started = keyOf(setUp);
    };
    for (const [i, condition] of conditions.entries()) {
      await prepare(condition);
      say(`[${i + 1}/${conditions.length}] ${condition.title}: ${condition.rounds} rounds`);
      const result = await measureCondition(bed, condition, seed, (records) => say(roundLine(records)));
      await saved({ conditions: [...results.conditions, result] });
      if (condition.agentBackAfterMs !== undefined) started = undefined; // those are not warmed up
    }
    if (extras.includes('history')) {
      await prepare(PLAIN);
      await saved({ history: await measured('history', () => measureHistory(bed)) });
    }
    if (extras.includes('recovery')) {
      await prepare(PLAIN);
      await saved({ recovery: await measured('recovery', () => measureRecovery(bed, say)) });
    }
    if (extras.includes('memory')) {
      await prepare(FRAMEWORK_AS_IT_COMES);
      await saved({ memory: await measured('memory', () => measureMemory(bed)) });
    }
    await parts.close();
  }
  if (extras.includes('orchestrator')) {
    const workshop = await Workshop.open(parts);
    await saved({ throughput: await measured('throughput', () => measureThroughput(workshop, say)) });
    await saved({ growth: await measured('growth', () => measureGrowth(workshop, 'real')) });
    await saved({ growthNoOp: await measured('growth, no-op', () => measureGrowth(workshop, 'no-op')) });
    await parts.close();
  }
  return results;

  function measured<T>(what: string, measure: () => Promise<T>): Promise<T> {
    say(`measuring ${what}`);
    return measure();
  }
}

/** Agents are started anew for what needs other ones than what came before it. */
const keyOf = ({ providerLoadMs, yardstickWarm, asItComes }: AgentSetUp): string =>
  JSON.stringify([providerLoadMs, yardstickWarm, asItComes]);

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
