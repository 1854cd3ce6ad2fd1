import { setTimeout as sleep } from 'node:timers/promises';
import type { Row, Run } from '../row.js';
import type { TestCall } from '../world/call.js';
import { stopped } from './temporal-away.js';

const AWAY_MS = 20_000;
const EVERY_MS = 3_000;
/** A request is answered within this time, whatever is down. Milliseconds. */
const ANSWER_MS = 10_000;

export const requestsWithoutTemporal: Row = {
  number: 12,
  title: 'Requests while Temporal is away',
  cases: [
    {
      fault: 'Temporal stopped for 20 s while clients POST',
      goal: '503 with Retry-After, the key settles it',
      run: postsMeanwhile,
    },
  ],
};

async function postsMeanwhile({ world, found, patient, say }: Run): Promise<void> {
  const bringBack = await stopped(world);
  const until = Date.now() + AWAY_MS;
  const calls: TestCall[] = [];
  const answers: Promise<void>[] = [];
  while (Date.now() < until) {
    const call = world.call({ flowId: 'hello', policy: patient });
    calls.push(call);
    answers.push(refused(world.servers.gatewayUrl, call).then((problem) => found.must(!problem, problem)));
    await sleep(EVERY_MS);
  }
  await bringBack();
  await Promise.all(answers);
  say(`${calls.length} clients were refused, and ask again`);
  for (const call of calls) {
    await (await call.start()).join();
    await found.end(call);
    found.oneAgent(call);
    await call.leave();
  }
  const ids = calls.map(({ callId }) => `"call/${callId}"`).join(', ');
  const { count } = await world.servers.client.workflow.count(`WorkflowId IN (${ids})`);
  found.must(count === calls.length, `${count} calls for ${calls.length} keys`);
}

/** What is wrong with the answer, if anything. */
async function refused(gateway: string, { options, key }: TestCall): Promise<string> {
  const began = Date.now();
  const answer = await fetch(`${gateway}/v1/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(options),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const tookMs = Date.now() - began;
  const retryAfter = answer.headers.get('retry-after');
  // One that is sent in the last moment may find Temporal back.
  if (answer.status === 201 && tookMs > 500) return '';
  return answer.status === 503 && retryAfter
    ? ''
    : `answered ${answer.status}, Retry-After ${retryAfter}, ${tookMs} ms`;
}
