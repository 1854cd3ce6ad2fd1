import { setTimeout as sleep } from 'node:timers/promises';
import type { CallView, Stage } from '../../../contract/index.js';
import { callWorkflowId } from '../../../contract/index.js';
import type { Row, Run } from '../row.js';
import { until } from '../world/until.js';
import type { World } from '../world/world.js';

export const surge: Row = {
  number: 9,
  title: 'More calls than agents',
  cases: [
    {
      fault: 'three times as many calls at once as the host has places',
      goal: 'served or told',
      timeGoal: 'within 16 s',
      run: manyAtOnce,
    },
  ],
};

/** `readyMs`, a dispatch that is under way, and the clean-up. Milliseconds. */
const TOLD_MS = 16_000;
/** How long a call that is served keeps its agent. Milliseconds. */
const SERVED_MS = 2_000;

const PATIENT = { timeoutMs: 90_000, everyMs: 500 };

/** Calls that have got their agent, or have ended. One look for all: sixty looks would be a fault of their own. */
async function settled({ servers }: World, since: Date): Promise<Map<string, Stage>> {
  const query = `CallStage IN ("caller", "cleanup", "ended") AND StartTime >= "${since.toISOString()}"`;
  const stages = new Map<string, Stage>();
  for await (const { workflowId, searchAttributes } of servers.client.workflow.list({ query }))
    stages.set(workflowId, searchAttributes.CallStage?.[0] as Stage);
  return stages;
}

/** Instead of the usual host, one with so many places and no more. */
async function manyAtOnce(run: Run): Promise<void> {
  const { world, count } = run;
  const places = count(20, 2);
  await world.stopHost(world.hosts[0]!);
  const small = await world.startHost({ MAX_CONCURRENT_JOBS: `${places}`, AGENT_WARM_PROCESSES: `${places}` });
  try {
    await world.calm();
    await allAtOnce(run, places);
  } finally {
    await world.startHost();
    await world.stopHost(small);
  }
}

/** Callers without media, since sixty with it would be the fault: they wait for an agent, and hang up soon after. */
async function allAtOnce({ world, found, say }: Run, places: number): Promise<void> {
  const calls = Array.from({ length: 3 * places }, () => world.call({ flowId: 'hello' }));
  let served = 0;
  const since = new Date();
  const stages = new Map<string, Stage>();
  const look = async () => {
    for (const [id, stage] of await settled(world, since)) if (!stages.has(id)) stages.set(id, stage);
    return stages.size === calls.length;
  };
  const looking = until('each call to have an agent, or an end', look, PATIENT);
  const make = async (call: (typeof calls)[number]) => {
    await call.start();
    const seen = () => stages.get(callWorkflowId(call.callId));
    const isServed = (await until(`an agent for ${call.callId}`, seen, PATIENT)) === 'caller';
    if (isServed) {
      served += 1;
      await sleep(SERVED_MS);
      await until(`${call.callId} to be hung up`, () => call.hangup().then(() => true), PATIENT);
    }
    await found.end(call, isServed ? ['operator-canceled'] : ['agent-unavailable', 'agent-ready-timeout']);
  };
  await Promise.all([looking, ...calls.map(make)]);
  const told = found.outcomes.filter(({ view }) => view?.ended?.by === 'system');
  const tookMs = told.flatMap(({ ms }) => ms ?? []);
  if (tookMs.length > 0) found.spread('told after', tookMs, { percent: 100, ms: TOLD_MS });
  const last = told.toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0)).at(0);
  if (last?.view) found.note(`the last one: ${whereTimeWent(last.view, last.ms ?? 0)}`);
  found.must(served > 0, 'nobody was served');
  found.note(`${calls.length} calls on ${places} places: ${served} served, ${told.length} told that there is no agent`);
  say(found.figures.at(-1)!);
}

/** From the request to the end, stage by stage. */
function whereTimeWent({ timeline, attempts }: CallView, ms: number): string {
  const began = timeline[0]!.at;
  const before = ms - (timeline.at(-1)!.at - began);
  const stages = timeline.slice(0, -1).map(({ stage, ms = 0 }) => `${stage} ${ms}`);
  return `${before} ms until a worker took it, ${stages.join(', ')} ms; ${attempts.map(({ outcome }) => outcome).join(', ')}`;
}
