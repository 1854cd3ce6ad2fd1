import type { EndedReason, Stage } from '../../../contract/index.js';
import type { Case, Row, Run } from '../row.js';
import type { TestCall } from '../world/call.js';
import { until } from '../world/until.js';

const GOAL = { percent: 95, ms: 2_000 };
/** How long a request to LiveKit is held so that its stage can be met. Milliseconds. */
const HELD_MS = 1_200;

type Message = 'hangup' | 'cancel';

/** Brings a call into a stage; the answer takes back what was done to keep it there. */
type Meet = (run: Run, call: TestCall) => Promise<() => void>;

const nothing = () => undefined;

const hold =
  (method: string): Meet =>
  async ({ world }, call) => {
    world.servers.livekitApi.rule = (request) =>
      request.method === method && request.room === call.room && request.nth === 1
        ? { kind: 'delay', ms: HELD_MS }
        : undefined;
    return nothing;
  };

/** A dispatch that nobody gets. */
const unheard: Meet = async ({ world }, call) => {
  world.servers.livekitApi.rule = ({ method, room }) =>
    method === 'CreateDispatch' && room === call.room ? { kind: 'swallow' } : undefined;
  await call.untilStage('dispatch');
  return nothing;
};

/** A job that is stopped while it loads is accepted and never ready. */
const frozen: Meet = async ({ world }, call) => {
  const { pid } = await world.jobOf(call, (job) => job.pid !== undefined && job.stage !== 'ready');
  process.kill(pid!, 'SIGSTOP');
  await call.untilStage('agent-ready');
  return () => process.kill(pid!, 'SIGCONT');
};

const STAGES: [Stage, Meet][] = [
  ['room', hold('CreateRoom')],
  ['dispatch', unheard],
  ['agent-ready', frozen],
  ['caller', async () => nothing],
  [
    'flow',
    async (_run, call) => {
      await until('the caller to be in the room', () => call.caller);
      await call.untilHeard(700);
      return nothing;
    },
  ],
  ['cleanup', hold('DeleteRoom')],
];

const cases = (message: Message, sent: string): Case[] =>
  STAGES.map(([stage, meet]) => ({
    fault: `${sent} in stage ${stage}`,
    goal: 'ended',
    timeGoal: 'p95 <= 2 s',
    run: (run) => endedBy(run, message, stage, meet),
  }));

export const hangup: Row = {
  number: 8,
  title: 'Hangup and cancel',
  cases: [...cases('hangup', 'hangup'), ...cases('cancel', 'Temporal cancel')],
};

async function endedBy(run: Run, message: Message, stage: Stage, meet: Meet): Promise<void> {
  const { world, found, count, patient } = run;
  for (let n = 0; n < count(5, 1); n++) {
    const call = world.call({ flowId: stage === 'cleanup' ? 'hello' : 'talk', policy: patient });
    const starting = call.start();
    const present = stage === 'caller' ? starting : starting.then(() => call.join());
    present.catch(() => undefined); // its room may be gone
    const undo = await meet(run, call);
    await call.untilStage(stage);
    const sentAt = Date.now();
    await (message === 'hangup' ? call.hangup() : call.cancel());
    // What ended before stays as it ended.
    const expected: EndedReason = stage === 'cleanup' ? 'completed' : 'operator-canceled';
    await found.end(call, [expected], sentAt);
    undo();
    world.servers.livekitApi.rule = undefined;
    await present.catch(() => undefined);
    await call.leave();
  }
  const took = found.outcomes.flatMap(({ ms }) => ms ?? []);
  found.spread('ended after', took, GOAL);
}
