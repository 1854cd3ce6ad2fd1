import type { Row, Run } from '../row.js';
import { until } from '../world/until.js';

/** A janitor that comes often, so that it can be watched. Milliseconds. */
const SOON = { RECONCILE_EVERY_MS: '1000', RECONCILE_OLDER_THAN_MS: '2000' };
/** As often as it is by default. */
const USUAL = { RECONCILE_EVERY_MS: '15000', RECONCILE_OLDER_THAN_MS: '60000' };
/** So many rounds of it must leave a foreign room alone. */
const ROUNDS = 3;

export const terminated: Row = {
  number: 13,
  title: 'Terminated in Temporal',
  cases: [{ fault: 'workflow terminated in mid-call', goal: 'the janitor removes its room', run: terminateCalls }],
};

export const foreignRooms: Row = {
  number: 14,
  title: 'Rooms of others',
  cases: [{ fault: 'rooms of others beside ours, janitor and calls', goal: 'never touched', run: withForeignRooms }],
};

/** Each worker brings the janitor's schedule up to date when it starts. */
async function withBusyJanitor({ world }: Run, test: () => Promise<void>): Promise<void> {
  const busy = await world.servers.startWorker(SOON);
  try {
    await test();
  } finally {
    await busy.stop({ graceMs: 1_000 });
    const usual = await world.servers.startWorker(USUAL);
    await world.worker.stop({ graceMs: 1_000 });
    world.worker = usual;
  }
}

async function terminateCalls(run: Run): Promise<void> {
  const { world, found, count, patient } = run;
  await withBusyJanitor(run, async () => {
    const calls = Array.from({ length: count(3, 1) }, () => world.call({ flowId: 'lecture', policy: patient }));
    await Promise.all(calls.map(async (call) => (await call.start()).join()));
    await Promise.all(calls.map((call) => call.untilHeard(500)));
    const at = Date.now();
    await Promise.all(calls.map((call) => call.terminate()));
    const rooms = calls.map(({ room }) => room);
    const gone = async () => (await world.servers.rooms.listRooms(rooms)).length === 0;
    await until('the janitor to remove the rooms', gone, { timeoutMs: 30_000 });
    found.note(`rooms of ${calls.length} terminated calls gone after ${Date.now() - at} ms`);
    for (const call of calls) {
      const disconnected = await call.caller!.disconnected;
      found.must(disconnected === 'ROOM_DELETED', `${call.callId}: its caller is out by ${disconnected}`);
      const view = await world.api.view(call.callId, AbortSignal.timeout(10_000));
      found.must(view.status === 'ended', `${call.callId} is ${view.status}`);
      const right = view.ended?.by === 'operator';
      found.outcomes.push({ callId: call.callId, view, right });
    }
  });
}

async function withForeignRooms(run: Run): Promise<void> {
  const { world, found, patient } = run;
  const { rooms, client } = world.servers;
  const foreign = [
    { name: 'someone-elses-room' },
    { name: 'call-center', metadata: '{"team":"sales"}' },
    { name: 'call-0123456789abcdef01234567' },
    {
      name: 'call-00000000000000000000000a',
      metadata: JSON.stringify({ durableCalls: { namespace: 'another', callId: '00000000000000000000000a' } }),
    },
  ];
  for (const room of foreign) await rooms.createRoom({ ...room, emptyTimeout: 600 });
  try {
    await withBusyJanitor(run, async () => {
      const call = await (await world.call({ flowId: 'hello', policy: patient }).start()).join();
      await found.end(call);
      await call.leave();
      const since = new Date(Date.now() + 2_500).toISOString(); // older than the janitor looks away from
      const query = `WorkflowType = 'reconcile' AND ExecutionStatus = 'Completed' AND StartTime > '${since}'`;
      const rounds = async () => (await client.workflow.count(query)).count >= ROUNDS;
      await until('the janitor to come round', rounds);
    });
    const names = (await rooms.listRooms()).map(({ name }) => name);
    for (const { name } of foreign) found.must(names.includes(name), `${name} is gone`);
    found.note(`${foreign.length} foreign rooms, ${ROUNDS} rounds of the janitor`);
  } finally {
    for (const { name } of foreign) await rooms.deleteRoom(name).catch(() => undefined);
  }
}
