import pMap from 'p-map';
import type { Row, Run } from '../row.js';

/** A draining part may wait for its longest call. Milliseconds. */
const DRAIN_MS = 180_000;

export const rollingRestart: Row = {
  number: 10,
  title: 'A deploy during calls',
  cases: [
    {
      fault: 'agents, workers and gateway replaced during calls',
      goal: 'none dropped',
      run: replaceEverything,
    },
  ],
};

/** Half of the calls begin before, half while the old parts drain beside the new ones. */
async function replaceEverything({ world, found, count, patient, say }: Run): Promise<void> {
  const { servers } = world;
  const whole = await world.wholeMs('lecture');
  const calls = Array.from({ length: count(20, 4) }, () => world.call({ flowId: 'lecture', policy: patient }));
  const begin = (some: typeof calls) => pMap(some, async (call) => (await call.start()).join(), { concurrency: 4 });
  const half = calls.length / 2;
  await begin(calls.slice(0, half));
  await Promise.all(calls.slice(0, half).map((call) => call.untilHeard(500)));

  const [oldHost] = world.hosts;
  const oldWorker = world.worker;
  await world.startHost();
  world.worker = await servers.startWorker();
  say('new agent host and call worker run; the old ones drain');
  const drained = Promise.all([world.stopHost(oldHost!, DRAIN_MS), oldWorker.stop({ graceMs: DRAIN_MS })]);
  const beginning = begin(calls.slice(half));
  await servers.gateway.restart();
  say('the gateway was restarted');
  await beginning;
  for (const call of calls) {
    const { view } = await found.end(call);
    found.must(view?.attempts.every(({ outcome }) => outcome !== 'lost') ?? false, `${call.callId} lost an agent`);
    found.oneAgent(call);
    const heard = Math.round((call.caller!.audibleMs / whole) * 100);
    found.must(heard > 85 && heard < 115, `${call.callId}: ${heard} % of the flow was heard: ${call.heardWhen}`);
    await call.leave();
  }
  await drained;
  found.note(`${calls.length} calls, ${half} of them begun before`);
}
