import type { Row, Run } from '../row.js';
import { until } from '../world/until.js';
import { readiness } from '../world/hosts.js';

export const livekitRestarted: Row = {
  number: 5,
  title: 'LiveKit dies',
  cases: [
    {
      fault: 'livekit-server killed and restarted mid-call',
      goal: 'media-lost; a new call works',
      run: restarted,
    },
  ],
};

async function restarted({ world, found, count, patient, say }: Run): Promise<void> {
  const { livekit } = world.servers;
  const calls = Array.from({ length: count(4, 2) }, () => world.call({ flowId: 'lecture', policy: patient }));
  await Promise.all(calls.map(async (call) => (await call.start()).join()));
  await Promise.all(calls.map((call) => call.untilHeard(1_000)));
  const killedAt = Date.now();
  await livekit.kill();
  await livekit.start();
  say(`LiveKit was back after ${Date.now() - killedAt} ms`);
  await Promise.all(calls.map((call) => found.end(call, ['media-lost'], killedAt)));
  await Promise.all(calls.map((call) => call.leave()));
  const registered = async (host: (typeof world.hosts)[number]) => (await readiness(host)).registered;
  for (const host of world.hosts) await until('the host to be registered again', () => registered(host));
  found.note(`hosts registered again after ${Date.now() - killedAt} ms`);
  const again = await (await world.call({ flowId: 'hello', policy: patient }).start()).join();
  await found.end(again, ['completed'], Date.now());
  await again.leave();
}
