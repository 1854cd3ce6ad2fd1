import type { Row, Run } from '../row.js';

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

/** Instead of the usual host, one with so many places and no more. */
async function manyAtOnce(run: Run): Promise<void> {
  const { world, count } = run;
  const places = count(20, 2);
  await world.stopHost(world.hosts[0]!);
  const small = await world.startHost({ MAX_CONCURRENT_JOBS: `${places}` });
  await world.calm();
  await allAtOnce(run, places);
  await world.startHost();
  await world.stopHost(small);
}

async function allAtOnce({ world, found, say }: Run, places: number): Promise<void> {
  const calls = Array.from({ length: 3 * places }, () => world.call({ flowId: 'hello' }));
  const make = async (call: (typeof calls)[number]) => {
    const joining = call.start().then(() => call.join());
    joining.catch(() => undefined); // awaited below
    await found.end(call, ['completed', 'agent-unavailable', 'agent-ready-timeout']);
    await joining;
    found.oneAgent(call);
    await call.leave();
  };
  await Promise.all(calls.map(make));
  const ended = (reason: string) => found.outcomes.filter(({ view }) => view?.ended?.reason === reason);
  const told = found.outcomes.filter(({ view }) => view && view.ended?.reason !== 'completed');
  const tookMs = told.flatMap(({ ms }) => ms ?? []);
  if (tookMs.length > 0) found.spread('told after', tookMs, { percent: 100, ms: TOLD_MS });
  found.must(ended('completed').length > 0, 'nobody was served');
  found.note(
    `${calls.length} calls on ${places} places: ${ended('completed').length} served, ` +
      `${ended('agent-unavailable').length} told agent-unavailable, ` +
      `${ended('agent-ready-timeout').length} told agent-ready-timeout`,
  );
  say(found.figures.at(-1)!);
}
