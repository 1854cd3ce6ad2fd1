import pMap from 'p-map';
import type { EndedReason } from '../../../contract/index.js';
import type { Case, Row, Run } from '../row.js';
import type { TestCall } from '../world/call.js';
import type { Fault } from '../world/livekit-proxy.js';

const AT_ONCE = 3;

/** One kind of call: what LiveKit's API does to it, and how it must end. */
interface Trouble {
  what: string;
  method: string;
  fault: Fault;
  /** How often. Default: for ever. */
  times?: number;
  ends: EndedReason;
}

const refuse = (status: number): Fault => ({ kind: 'refuse', status });
const hang: Fault = { kind: 'hang', ms: 10_000 };

const ROOM: Trouble[] = [
  { what: '503 twice', method: 'CreateRoom', fault: refuse(503), times: 2, ends: 'completed' },
  { what: '503', method: 'CreateRoom', fault: refuse(503), ends: 'room-create-failed' },
  { what: '429 twice', method: 'CreateRoom', fault: refuse(429), times: 2, ends: 'completed' },
  { what: '429', method: 'CreateRoom', fault: refuse(429), ends: 'room-create-failed' },
  { what: '401', method: 'CreateRoom', fault: refuse(401), ends: 'room-create-failed' },
  { what: 'hangs once', method: 'CreateRoom', fault: hang, times: 1, ends: 'completed' },
  { what: 'hangs', method: 'CreateRoom', fault: hang, ends: 'room-create-failed' },
  { what: 'done, but 503', method: 'CreateRoom', fault: { kind: 'lie', status: 503 }, times: 1, ends: 'completed' },
  {
    what: 'done, but always 503',
    method: 'CreateRoom',
    fault: { kind: 'lie', status: 503 },
    ends: 'room-create-failed',
  },
];

const DISPATCH: Trouble[] = [
  { what: '503 twice', method: 'CreateDispatch', fault: refuse(503), times: 2, ends: 'completed' },
  { what: '503', method: 'CreateDispatch', fault: refuse(503), ends: 'agent-dispatch-failed' },
  { what: '429 twice', method: 'CreateDispatch', fault: refuse(429), times: 2, ends: 'completed' },
  { what: '429', method: 'CreateDispatch', fault: refuse(429), ends: 'agent-dispatch-failed' },
  { what: '401', method: 'CreateDispatch', fault: refuse(401), ends: 'agent-dispatch-failed' },
  { what: 'hangs once', method: 'CreateDispatch', fault: hang, times: 1, ends: 'completed' },
  { what: 'done, but 503', method: 'CreateDispatch', fault: { kind: 'lie', status: 503 }, times: 1, ends: 'completed' },
  // The retry finds the dispatch that was made, and asks for no second one.
  { what: 'done, but always 503', method: 'CreateDispatch', fault: { kind: 'lie', status: 503 }, ends: 'completed' },
];

const CLEANUP: Trouble[] = [
  { what: '503 five times', method: 'DeleteRoom', fault: refuse(503), times: 5, ends: 'completed' },
  { what: 'hangs once', method: 'DeleteRoom', fault: hang, times: 1, ends: 'completed' },
  { what: 'done, but 503', method: 'DeleteRoom', fault: { kind: 'lie', status: 503 }, times: 1, ends: 'completed' },
  { what: '503 five times', method: 'ListDispatch', fault: refuse(503), times: 5, ends: 'completed' },
  { what: '503 five times', method: 'RemoveParticipant', fault: refuse(503), times: 5, ends: 'completed' },
];

const GOAL = 'the right reason, or success by retry';
const troubled = (fault: string, troubles: Trouble[]): Case => ({
  fault,
  goal: GOAL,
  run: (run) => underTrouble(run, troubles),
});

export const apiErrors: Row = {
  number: 7,
  title: "LiveKit's API fails",
  cases: [
    troubled('room API: 5xx, 429, hangs for 10 s, done but 503', ROOM),
    troubled('dispatch API: 5xx, 429, hangs for 10 s, done but 503', DISPATCH),
    troubled('API fails during the clean-up', CLEANUP),
  ],
};

async function underTrouble({ world, found, count, policy }: Run, troubles: Trouble[]): Promise<void> {
  const planned = new Map<string, Trouble>();
  const calls = Array.from({ length: count(2, 1) }, () => troubles)
    .flat()
    .map((trouble) => {
      const call = world.call({ flowId: 'hello', policy });
      planned.set(call.room, trouble);
      return { call, trouble };
    });
  world.servers.livekitApi.rule = ({ method, room, nth }) => {
    const trouble = planned.get(room);
    if (trouble?.method !== method) return undefined;
    // The first dispatch is made with the room: it gets lost, so that there is a request of its own.
    const request = method === 'CreateDispatch' ? nth - 1 : nth;
    if (request === 0) return { kind: 'swallow' };
    return request <= (trouble.times ?? Infinity) ? trouble.fault : undefined;
  };
  const make = async ({ call, trouble }: { call: TestCall; trouble: Trouble }) => {
    const joining = call.start().then(() => call.join());
    joining.catch(() => undefined); // awaited below
    const { view, right } = await found.end(call, [trouble.ends]);
    await joining;
    if (!right) found.note(`${trouble.method} ${trouble.what}: ${view?.ended?.reason} instead of ${trouble.ends}`);
    found.oneAgent(call);
    await call.leave();
  };
  await pMap(calls, make, { concurrency: AT_ONCE });
}
