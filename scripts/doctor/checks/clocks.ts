import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveKitHttpUrl } from '../../../platform/livekit.js';
import { ANSWER_MS, type Check, get, type Patient, seconds, Unwell } from '../check.js';

/** A Date header has whole seconds. Calls are started within seconds, tokens begin now. Milliseconds. */
const LIMIT_MS = 3_000;
const HALF_A_SECOND = 500;
const LOOK_EVERY_MS = 50;
/** Temporal refuses to be asked for work by anyone who waits for less than some seconds. Milliseconds. */
const POLL_MS = 20_000;

/** A clock and how far it is ahead of ours. */
interface Offset {
  whose: string;
  ms: number;
}

export const clocks: Check = {
  id: 'clocks',
  needs: ['temporal', 'livekit', 'gateway'],
  async look(patient) {
    const { env, gatewayUrl, agentUrls } = patient;
    const offsets = await Promise.all([
      temporalClock(patient),
      clockOf('LiveKit', liveKitHttpUrl(env.livekit.url), patient),
      clockOf('the gateway', `${gatewayUrl}/healthz`, patient),
      ...agentUrls.map((url) => clockOf(`the agent host ${url}`, `${url}/healthz`, patient)),
    ]);
    const known = offsets.filter((each) => each !== undefined);
    const wrong = known.filter(({ ms }) => Math.abs(ms) > LIMIT_MS);
    if (wrong.length > 0)
      throw new Unwell(
        wrong.map(({ whose, ms }) => `the clock of ${whose} is ${seconds(Math.abs(ms))} ${side(ms)} ours`).join(', '),
        'Calls would be started too late or refused, and tokens and webhooks be invalid: let NTP set all clocks.',
      );
    return `${known.length} clocks within ${seconds(LIMIT_MS)} of ours`;
  },
};

const side = (ms: number) => (ms > 0 ? 'ahead of' : 'behind');

async function clockOf(whose: string, url: string, { now }: Patient): Promise<Offset | undefined> {
  const before = now();
  const date = (await get(url, 'Its clock cannot be read.')).headers.get('date');
  return date ? { whose, ms: Date.parse(date) + HALF_A_SECOND - (before + now()) / 2 } : undefined;
}

/** Temporal tells no time, but notes when a queue was last asked for work: so we ask one of our own. */
async function temporalClock({ client, env, now }: Patient): Promise<Offset | undefined> {
  const { namespace } = env.temporal;
  const taskQueue = { name: `doctor-${randomUUID()}` };
  const { workflowService } = client;
  const asked = now();
  const seen = new AbortController();
  const ask = () => workflowService.pollActivityTaskQueue({ namespace, taskQueue, identity: 'doctor' });
  const poll = client
    .withAbortSignal(seen.signal, () => client.withDeadline(Date.now() + POLL_MS, ask))
    .catch(() => undefined); // nothing comes
  const until = Date.now() + ANSWER_MS;
  const describe = () => workflowService.describeTaskQueue({ namespace, taskQueue, taskQueueType: 2 });
  try {
    while (Date.now() < until) {
      const { pollers } = await client.withDeadline(Date.now() + ANSWER_MS, describe);
      const at = pollers?.[0]?.lastAccessTime;
      if (!at) {
        await sleep(LOOK_EVERY_MS);
        continue;
      }
      const time = Number(at.seconds) * 1_000 + Number(at.nanos ?? 0) / 1e6;
      // The poll began between these two.
      return { whose: 'Temporal', ms: time - (asked + now()) / 2 };
    }
    return undefined;
  } finally {
    seen.abort();
    await poll;
  }
}
