import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../../client/index.js';
import type { CallView, EndedReason, Stage } from '../../../contract/index.js';
import { callWorkflowId } from '../../../contract/index.js';
import { GatewayApi } from '../../call/api.js';
import type { Row, Run } from '../row.js';
import type { TestCall } from '../world/call.js';
import { until } from '../world/until.js';
import type { World } from '../world/world.js';

const AT_ONCE = 'three times as many calls at once as the host has places';

export const surge: Row = {
  number: 9,
  title: 'More calls than agents',
  cases: [
    {
      fault: `${AT_ONCE}, limited to those (GATEWAY_MAX_CALLS=agents)`,
      goal: 'served, or refused at once',
      timeGoal: 'within 2 s',
      run: (run) => onSmallHost(run, servedOrRefused),
    },
    {
      fault: `${AT_ONCE}, limited to those, and all can wait (queueMs)`,
      goal: 'all served in turn',
      run: (run) => onSmallHost(run, servedInTurn),
    },
    {
      fault: `${AT_ONCE}, without a limit`,
      goal: 'served or told',
      timeGoal: 'within 16 s',
      run: (run) => onSmallHost(run, servedOrTold),
    },
  ],
};

/** A refusal, from the request. Milliseconds. */
const REFUSED_MS = 2_000;
/** `readyMs`, a dispatch that is under way, and the clean-up. Milliseconds. */
const TOLD_MS = 16_000;
/** How long a call that is served keeps its agent. Milliseconds. */
const SERVED_MS = 2_000;
/** Three rounds, of which each may have to find out that an agent is free again. Milliseconds. */
const QUEUE_MS = 120_000;

const PATIENT = { timeoutMs: 180_000, everyMs: 500 };
const FLOW = { flowId: 'hello' };

/** Instead of the usual host, one with so many places and no more; and a gateway that knows how many. */
async function onSmallHost(run: Run, surge: (run: Run, places: number, limited: GatewayApi) => Promise<void>) {
  const { world, count } = run;
  const places = count(20, 2);
  await world.stopHost(world.hosts[0]!);
  const small = await world.startHost({ MAX_CONCURRENT_JOBS: `${places}`, AGENT_WARM_PROCESSES: `${places}` });
  const limits = { GATEWAY_MAX_CALLS: 'agents', AGENT_HEALTH_URLS: small.healthUrl };
  const gateway = await world.servers.startGateway(limits);
  try {
    await world.calm();
    await surge(run, places, new GatewayApi(gateway.url));
  } finally {
    await gateway.stop({ graceMs: 1_000 });
    await world.startHost();
    await world.stopHost(small);
  }
}

const timesThree = (places: number, make: () => TestCall): TestCall[] => Array.from({ length: 3 * places }, make);

async function servedOrRefused(run: Run, places: number, limited: GatewayApi): Promise<void> {
  const { world, found, patient, say } = run;
  // Twenty set-ups at once are more than two cores do in `readyMs`; who gets a place is the question here.
  const calls = timesThree(places, () => world.call({ ...FLOW, policy: patient }, limited));
  const refusedMs: number[] = [];
  const admitted: TestCall[] = [];
  const watch = watchStages(world);
  const make = async (call: TestCall) => {
    const refused = await call.start({ atLimit: 'throw' }).catch((error: unknown) => error);
    if (refused instanceof GatewayError && refused.status === 429) {
      refusedMs.push(Date.now() - call.requestedAt);
      return found.must(!(await call.exists()), `${call.callId} was refused and is there`);
    }
    if (refused instanceof Error) throw refused;
    admitted.push(call);
    await serve(run, call, watch);
  };
  await Promise.all(calls.map(make)).finally(watch.stop);
  found.must(admitted.length === places, `${admitted.length} of ${places} places were given out`);
  found.spread('refused after', refusedMs, { percent: 100, ms: REFUSED_MS });
  found.note(`${calls.length} calls on ${places} places: ${admitted.length} served, ${refusedMs.length} refused`);
  say(found.figures.at(-1)!);
}

async function servedInTurn(run: Run, places: number, limited: GatewayApi): Promise<void> {
  const { world, found, patient, say } = run;
  const calls = timesThree(places, () => world.call({ ...FLOW, policy: patient, queueMs: QUEUE_MS }, limited));
  const watch = watchStages(world);
  const began = Date.now();
  const make = async (call: TestCall) => serve(run, await call.start(), watch);
  await Promise.all(calls.map(make)).finally(watch.stop);
  found.note(`${calls.length} calls on ${places} places: the last one ended after ${Date.now() - began} ms`);
  say(found.figures.at(-1)!);
}

async function servedOrTold(run: Run, places: number): Promise<void> {
  const { world, found, say } = run;
  const calls = timesThree(places, () => world.call(FLOW));
  const watch = watchStages(world);
  const make = async (call: TestCall) =>
    serve(run, await call.start(), watch, ['agent-unavailable', 'agent-ready-timeout']);
  const served = (await Promise.all(calls.map(make)).finally(watch.stop)).filter((isServed) => isServed).length;
  const told = found.outcomes.filter(({ view }) => view?.ended?.by === 'system');
  const tookMs = told.flatMap(({ ms }) => ms ?? []);
  if (tookMs.length > 0) found.spread('told after', tookMs, { percent: 100, ms: TOLD_MS });
  const last = told.toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0)).at(0);
  if (last?.view) found.note(`the last one: ${whereTimeWent(last.view, last.ms ?? 0)}`);
  found.must(served > 0, 'nobody was served');
  found.note(`${calls.length} calls on ${places} places: ${served} served, ${told.length} told that there is no agent`);
  say(found.figures.at(-1)!);
}

/**
 * A caller without media, since sixty with it would be the fault: waits for an agent, and hangs up soon after.
 *
 * @param orElse how a call may end instead
 * @returns whether it had an agent
 */
async function serve({ found }: Run, call: TestCall, watch: Watch, orElse: EndedReason[] = []): Promise<boolean> {
  const stage = await until(`an agent for ${call.callId}`, () => watch.settled(call), PATIENT);
  const isServed = stage === 'caller';
  if (isServed) {
    await sleep(SERVED_MS);
    await until(`${call.callId} to be hung up`, () => call.hangup().then(() => true), PATIENT);
  }
  await found.end(call, isServed ? ['operator-canceled'] : orElse);
  return isServed;
}

interface Watch {
  /** The stage in which a call was seen first with its agent, or at its end. */
  settled(call: TestCall): Stage | undefined;
  stop(): void;
}

/** One look for all calls: sixty looks would be a fault of their own. */
function watchStages({ servers }: World): Watch {
  const since = new Date().toISOString();
  const query = `CallStage IN ("caller", "cleanup", "ended") AND StartTime >= "${since}"`;
  const stages = new Map<string, Stage>();
  const stopped = new AbortController();
  const look = async () => {
    for await (const { workflowId, searchAttributes } of servers.client.workflow.list({ query }))
      if (!stages.has(workflowId)) stages.set(workflowId, searchAttributes.CallStage?.[0] as Stage);
    return stopped.signal.aborted;
  };
  void until('the end of the surge', look, { ...PATIENT, timeoutMs: 2 * PATIENT.timeoutMs }).catch(() => undefined);
  return { settled: ({ callId }) => stages.get(callWorkflowId(callId)), stop: () => stopped.abort() };
}

/** From the request to the end, stage by stage. */
function whereTimeWent({ timeline, attempts }: CallView, ms: number): string {
  const began = timeline[0]!.at;
  const before = ms - (timeline.at(-1)!.at - began);
  const stages = timeline.slice(0, -1).map(({ stage, ms = 0 }) => `${stage} ${ms}`);
  return `${before} ms until a worker took it, ${stages.join(', ')} ms; ${attempts.map(({ outcome }) => outcome).join(', ')}`;
}
