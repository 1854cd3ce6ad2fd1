import { percentile } from '../../call/stats.js';
import type { Row, Run } from '../row.js';
import { readiness } from '../world/hosts.js';

export const surge: Row = {
  number: 9,
  title: 'More calls than agents',
  cases: [
    {
      fault: 'three times as many calls at once as the host has places',
      goal: 'served, or told within 16 s',
      run: manyAtOnce,
    },
  ],
};

/** `readyMs`, a dispatch that is under way, and the clean-up. Milliseconds. */
const TOLD_MS = 16_000;

async function manyAtOnce({ world, found, count, say }: Run): Promise<void> {
  const [host] = world.hosts;
  const { capacity } = await readiness(host!);
  const calls = Array.from({ length: count(3 * capacity.max, 6) }, () => world.call({ flowId: 'hello' }));
  const make = async (call: (typeof calls)[number]) => {
    const joining = call.start().then(() => call.join());
    joining.catch(() => undefined); // awaited below
    await found.end(call, ['completed', 'agent-unavailable', 'agent-ready-timeout']);
    await joining;
    found.onlyAgents(call, 1);
    await call.leave();
  };
  await Promise.all(calls.map(make));
  const ended = (reason: string) => found.outcomes.filter(({ view }) => view?.ended?.reason === reason);
  const told = found.outcomes.filter(({ view }) => view && view.ended?.reason !== 'completed');
  const slowest = percentile(
    told.flatMap(({ ms }) => ms ?? []),
    100,
  );
  found.must((slowest ?? 0) <= TOLD_MS, `a call was told only after ${slowest} ms`);
  found.must(ended('completed').length > 0, 'nobody was served');
  found.note(
    `${calls.length} calls on ${capacity.max} places: ${ended('completed').length} served, ` +
      `${ended('agent-unavailable').length} told agent-unavailable, ` +
      `${ended('agent-ready-timeout').length} told agent-ready-timeout`,
  );
  say(found.figures.at(-1)!);
}
