import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '#stack';
import type { Case, Run } from '../row.js';
import { lastBeganAt, type TestCall } from '../world/call.js';
import { until } from '../world/until.js';

const GOAL = { percent: 100, ms: 25_000 };
const STOPPED_MS = 8_000;

/** Cases of row 2 about the host of agents, with a second host that could take over. */
export const hostLost: Case[] = [
  {
    fault: 'agent host killed, its jobs notice',
    goal: 'the next agent goes on',
    timeGoal: '<= 25 s',
    run: (run) => withSpareHost(run, (call) => hostKilled(run, call, (host) => host.kill())),
  },
  {
    fault: 'agent host killed with its jobs',
    goal: 'the next agent goes on',
    timeGoal: '<= 25 s',
    long: true,
    run: (run) => withSpareHost(run, (call) => hostKilled(run, call, (host) => host.killAll())),
  },
  {
    fault: 'agent host stopped for 8 s',
    goal: 'no second agent',
    run: (run) =>
      withSpareHost(run, (call) =>
        hostStopped(run, call, (host) => {
          process.kill(host.pid!, 'SIGSTOP');
          return () => process.kill(host.pid!, 'SIGCONT');
        }),
      ),
  },
  {
    fault: 'agent host stopped for 8 s with its jobs',
    goal: 'no second agent',
    long: true,
    run: (run) =>
      withSpareHost(run, (call) =>
        hostStopped(run, call, (host) => {
          host.pause();
          return () => host.resume();
        }),
      ),
  },
];

async function withSpareHost(
  { world, found, count, policy }: Run,
  test: (call: TestCall) => Promise<void>,
): Promise<void> {
  const spare = await world.startHost({ AGENT_WARM_PROCESSES: '2' });
  try {
    for (let n = 0; n < count(3, 1); n++) {
      const call = await (await world.call({ flowId: 'talk', policy }).start()).join();
      await call.untilHeard(1_000);
      await test(call);
      await call.leave();
      // A killed host is started again, since either may have held the call.
      for (const host of world.hosts) if (!host.running) await host.start();
    }
  } finally {
    await world.settle();
    await world.stopHost(spare);
  }
  found.note('two hosts');
}

async function hostKilled({ found, world, say }: Run, call: TestCall, kill: (host: Agent) => Promise<void>) {
  const { host } = await world.jobOf(call);
  const killedAt = Date.now();
  await kill(host);
  const { view } = await found.end(call, ['completed'], killedAt);
  const flowAt = view && lastBeganAt(view, 'flow');
  const again = flowAt !== undefined && flowAt > killedAt;
  found.must(again, `${call.callId}: its flow never ran again`);
  if (!again) return;
  found.spread('flow running again after', [flowAt - killedAt], GOAL);
  say(`flow running again after ${flowAt - killedAt} ms`);
}

async function hostStopped({ found, world }: Run, call: TestCall, stop: (host: Agent) => () => void) {
  const { host } = await world.jobOf(call);
  const goOn = stop(host);
  await sleep(STOPPED_MS);
  goOn();
  const { view } = await found.end(call, ['completed']);
  found.must(view?.attempts.length === 1, `${call.callId}: ${view?.attempts.length} agents`);
  found.oneAgent(call);
  await until('the host to answer again', async () => (await fetch(`${host.healthUrl}/readyz`)).ok);
}
