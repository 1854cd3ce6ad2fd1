import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Room, RoomEvent } from '@livekit/rtc-node';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { overlapMs } from '../../scripts/call/energy.js';
import { listeners, stopListening } from '../../scripts/call/rtc-listeners.js';
import { spread } from '../../scripts/call/stats.js';
import { beganAt, Callers, PATIENT, spokenBy, stagesOf, until } from './harness.js';

const callers = new Callers(inject('gatewayUrl'), inject('stackEnv'));

afterEach(() => callers.leaveAll());
afterAll(() => Callers.dispose());

const noRooms = () => until('every room to be gone', async () => (await callers.roomNames()).length === 0 || undefined);

describe('a call', () => {
  it('is heard by its caller, ends completed, and leaves nothing behind', async () => {
    const call = await callers.call({ flowId: 'greeting', variables: { name: 'Ada' }, policy: PATIENT });
    const view = await call.ended();
    expect(view.ended).toMatchObject({ reason: 'completed', by: 'agent', fault: 'none', outcome: 'done' });
    expect(stagesOf(view)).toEqual(
      expect.arrayContaining(['admitted', 'room', 'dispatch', 'agent-ready', 'caller', 'flow', 'cleanup', 'ended']),
    );
    expect(view.said.map(({ text }) => text)).toEqual([
      'Hello Ada, thank you for calling!',
      'If you can hear me, your call works.',
    ]);
    // Energy, not a log line: more than two seconds of speech, all of it from the agent of the first attempt.
    expect(Object.keys(spokenBy(call.caller))).toEqual(['agent-1']);
    expect(call.caller.audibleMs).toBeGreaterThan(2_000);
    expect(call.caller.segments[0]!.startAt).toBeGreaterThan(beganAt(view, 'flow'));
    expect(await call.caller.disconnected).toBe('ROOM_DELETED');
    expect(view.cleanup.every(({ ok }) => ok)).toBe(true);
    expect(await callers.roomNames()).not.toContain(view.room);
  });

  it('whose agent is not heard at first, as its audio got lost, goes on with the same agent', async () => {
    const { callId, livekit } = await callers.create({ flowId: 'greeting', policy: PATIENT });
    const room = new Room();
    let lost = false;
    let heard = false;
    room.on(RoomEvent.TrackUnpublished, () => void (lost = true));
    room.on(RoomEvent.TrackPublished, (publication) => lost && publication.setSubscribed(true));
    room.on(RoomEvent.TrackSubscribed, () => void (heard = true));
    await room.connect(livekit!.url, livekit!.token, { autoSubscribe: false, dynacast: false });
    const view = await callers.ended(callId);
    stopListening(room);
    expect(view.ended?.reason).toBe('completed');
    expect(view.attempts).toHaveLength(1);
    expect(heard).toBe(true);
  });

  it('ten at once are all greeted, and no room is left', async () => {
    const calls = await Promise.all(
      Array.from({ length: 10 }, () => callers.call({ flowId: 'greeting', policy: PATIENT })),
    );
    const views = await Promise.all(calls.map((call) => call.ended()));
    expect(views.map(({ ended }) => ended?.reason)).toEqual(Array(10).fill('completed'));
    for (const { caller } of calls) {
      expect(caller.audibleMs).toBeGreaterThan(2_000);
      expect(overlapMs(caller.segments)).toBe(0);
    }
    console.log('ten at once, request -> heard (ms):', spread(calls.map(({ caller }) => caller.heardMs!)));
    await noRooms();
    await until('callers whose room is gone to stop listening', () => listeners() === 0 || undefined);
  });

  it('is the same one under the same Idempotency-Key', async () => {
    const key = randomUUID();
    const body = { flowId: 'greeting', policy: PATIENT };
    const [first, ...again] = await Promise.all([1, 2, 3].map(() => callers.create(body, key)));
    expect(again.map(({ callId, room }) => [callId, room])).toEqual(Array(2).fill([first!.callId, first!.room]));
    const call = await callers.call(body, key);
    expect(call.callId).toBe(first!.callId);
    const view = await call.ended();
    expect(view.ended?.reason).toBe('completed');
    expect(view.said).toHaveLength(2); // once, although it was asked for four times
    expect((await callers.create(body, key)).status).toBe('ended');
    await expect(callers.create({ ...body, variables: { name: 'Eve' } }, key)).rejects.toThrow('422');
  });
});

describe('npm run call', () => {
  const run = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const argv = ['dist/scripts/call/main.js', '--gateway', inject('gatewayUrl'), ...args];
      const child = execFile(process.execPath, argv, (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
    });

  it('prints the stages, and the summary last', async () => {
    const { code, stdout } = await run('--flow', 'greeting');
    expect(stdout).toMatch(/ ms {2}flow\n/);
    expect(stdout).toMatch(/ ms {2}heard agent-1\n/);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^1 of 1 calls greeted, p50 \d+ ms, p95 \d+ ms, max \d+ ms$/);
    expect(code).toBe(0);
  });

  it('with --json prints one object on stdout and nothing else', async () => {
    const { code, stdout, stderr } = await run('--flow', 'greeting', '--count', '2', '--parallel', '2', '--json');
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ ok: true, count: 2, greeted: 2, harness: { cpuMs: expect.any(Number) } });
    expect(answer.calls).toHaveLength(2);
    expect(answer.heardMs.p50).toBeGreaterThan(0);
    expect(stderr).toContain('request -> heard');
    expect(code).toBe(0);
  });

  it('exits with 1 when the call did not end completed', async () => {
    const { code, stdout } = await run('--flow', 'greeting', '--timeout', '1');
    expect(stdout).toContain('0 of 1 calls greeted');
    expect(code).toBe(1);
    await noRooms();
  });

  it('names the flows there are when the one asked for is none', async () => {
    const { code, stderr } = await run('--flow', 'nonsense');
    expect(stderr).toMatch(/no flow "nonsense".*\nKnown flows: .*greeting/s);
    expect(code).toBe(1);
  });
});
