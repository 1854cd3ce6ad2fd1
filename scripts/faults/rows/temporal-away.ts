import { setTimeout as sleep } from 'node:timers/promises';
import type { Row, Run } from '../row.js';
import type { World } from '../world/world.js';

const AWAY_MS = 20_000;

export const temporalAway: Row = {
  number: 6,
  title: 'Temporal is away in mid-call',
  cases: [
    { fault: 'Temporal server stopped for 20 s mid-call', goal: 'same agent, nothing twice', run: midCall(stopped) },
    {
      fault: 'Temporal server killed, back after 20 s',
      goal: 'same agent, nothing twice',
      run: midCall(killed),
      long: true,
    },
    {
      fault: 'Temporal cut off by the network for 20 s',
      goal: 'same agent, nothing twice',
      run: midCall(cutOff),
      long: true,
    },
    {
      fault: 'network to Temporal swallows everything for 20 s',
      goal: 'same agent, nothing twice',
      run: midCall(swallowed),
      long: true,
    },
  ],
};

/** Takes Temporal away; the answer brings it back. */
type Away = (world: World) => Promise<() => Promise<void>>;

export async function stopped({ servers: { temporal } }: World): Promise<() => Promise<void>> {
  temporal.pause();
  return async () => temporal.resume();
}

async function killed({ servers: { temporal } }: World): Promise<() => Promise<void>> {
  await temporal.kill();
  return () => temporal.start();
}

async function cutOff({ servers: { gate } }: World): Promise<() => Promise<void>> {
  gate.cut();
  return async () => gate.open();
}

async function swallowed({ servers: { gate } }: World): Promise<() => Promise<void>> {
  gate.hang();
  return async () => gate.open();
}

/** One call whose sentence ends while Temporal is away, and one whose sentence lasts longer. */
function midCall(away: Away) {
  return async ({ world, found, count, patient, say }: Run): Promise<void> => {
    const flows = ['talk', 'lecture'].flatMap((flowId) => Array<string>(count(2, 1)).fill(flowId));
    const [talk, lecture] = await Promise.all([world.wholeMs('talk'), world.wholeMs('lecture')]);
    const wholes = { talk, lecture };
    const calls = flows.map((flowId) => world.call({ flowId, policy: patient }));
    await Promise.all(calls.map(async (call) => (await call.start()).join()));
    await Promise.all(calls.map((call) => call.untilHeard(1_000)));
    say('Temporal goes away');
    const bringBack = await away(world);
    await sleep(AWAY_MS);
    await bringBack();
    say('Temporal is back');
    for (const call of calls) {
      const { view } = await found.end(call);
      found.must(view?.attempts.length === 1, `${call.callId}: ${view?.attempts.length} agents instead of 1`);
      found.oneAgent(call);
      const whole = wholes[call.options.flowId as keyof typeof wholes];
      const heard = Math.round((call.caller!.audibleMs / whole) * 100);
      found.must(
        heard > 85 && heard < 115,
        `${call.callId}: ${heard} % of ${call.options.flowId} was heard: ${call.heardWhen}`,
      );
      found.note(`${call.options.flowId}: ${heard} % heard`);
      await call.leave();
    }
  };
}
