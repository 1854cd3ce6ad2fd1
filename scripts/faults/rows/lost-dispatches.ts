import pMap from 'p-map';
import type { Row, Run } from '../row.js';
import type { TestCall } from '../world/call.js';
import type { Fault } from '../world/livekit-proxy.js';

/** What two cores carry without the machine becoming the fault. */
const AT_ONCE = { full: 4, quick: 2 };
const LOST_SHARE = 0.3;
/** More dispatches than a call ever makes. */
const DISPATCHES = 20;

export const lostDispatches: Row = {
  number: 1,
  title: 'LiveKit loses dispatches',
  cases: [
    {
      fault: '30 % of dispatches silently dropped',
      goal: '>= 99 % set up, no doubled agent',
      rightShare: 0.99,
      run: dropped,
    },
    {
      fault: 'dispatch arrives 2-8 s late, after the next one',
      goal: 'set up, no doubled agent',
      run: late,
    },
  ],
};

async function dropped(run: Run): Promise<void> {
  const plan = () => (run.random() < LOST_SHARE ? ({ kind: 'swallow' } as const) : undefined);
  await underPlan(run, run.count(100, 6), 'dispatches were dropped', plan);
}

async function late(run: Run): Promise<void> {
  const plan = (nth: number) =>
    nth === 1 ? ({ kind: 'late', ms: 2_000 + Math.round(run.random() * 6_000) } as const) : undefined;
  await underPlan(run, run.count(20, 3), 'dispatches came late', plan);
}

/** Faults are laid out per call before it is made, so that the seed alone decides them. */
async function underPlan(
  { world, found, say, policy, count: choose }: Run,
  count: number,
  what: string,
  plan: (nth: number) => Fault | undefined,
): Promise<void> {
  const { livekitApi } = world.servers;
  const concurrency = choose(AT_ONCE.full, AT_ONCE.quick);
  const faults = new Map<string, (Fault | undefined)[]>();
  const calls = Array.from({ length: count }, () => {
    const call = world.call({ flowId: 'hello', policy });
    faults.set(
      call.room,
      Array.from({ length: DISPATCHES }, (_, n) => plan(n + 1)),
    );
    return call;
  });
  livekitApi.rule = ({ method, room, nth }) => (method === 'CreateDispatch' ? faults.get(room)?.[nth - 1] : undefined);
  const before = livekitApi.faults;
  let done = 0;
  const make = async (call: TestCall) => {
    await world.warm(concurrency);
    await (await call.start()).join();
    await found.end(call);
    found.oneAgent(call);
    await call.leave();
    if ((done += 1) % 10 === 0) say(`${done} of ${count} calls`);
  };
  await pMap(calls, make, { concurrency });
  const dispatched = found.outcomes.reduce((sum, { view }) => sum + (view?.attempts.length ?? 0), 0);
  found.note(`${livekitApi.faults - before} of ${dispatched} ${what}, ${concurrency} calls at once`);
}
