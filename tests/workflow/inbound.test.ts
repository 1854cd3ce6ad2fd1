import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../../contract/index.js';
import type { CallInput } from '../../contract/index.js';
import { lost } from '../support/scripted-agent.js';
import type { ScriptedCall, Scene } from '../support/scripted-call.js';
import { always, NOTHING, refuses } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

const PHONE = 'sip_1';
const INBOUND: Partial<CallInput> = { direction: 'inbound', caller: PHONE, inbound: { callerSid: 'PA_1' } };

/** LiveKit has made the room, and the phone rings in it, before there is a call. */
const ringing = (call: ScriptedCall) => {
  call.livekit.join(PHONE);
  call.livekit.callerSid = 'PA_1';
};

async function phoneCall(scene: Scene = {}, before: (call: ScriptedCall) => void = ringing): Promise<ScriptedCall> {
  const call = world.prepare({ ...scene, input: { ...INBOUND, ...scene.input } });
  before(call);
  return call.start();
}

const leaves = (call: ScriptedCall, sid = 'PA_1') => {
  call.livekit.callerSid = undefined;
  return call.signal(MESSAGES.roomEvent, { kind: 'left', identity: PHONE, sid, at: 1, intentional: true });
};

describe.concurrent('a call that came in by phone', () => {
  test('takes over the room that is there, waits for nobody, and deletes the room', async () => {
    const call = await phoneCall();
    const view = await call.result();
    expect(view).toMatchObject({ direction: 'inbound', ended: { reason: 'completed' } });
    expect(call.livekit.log).toEqual(['takeRoomOver', 'dispatchAgent 1', 'deleteRoom']);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('ends when the phone gives up while it rings', async () => {
    const call = await phoneCall({ agents: [lost] });
    await call.at('dispatch');
    await leaves(call);
    expect((await call.result()).ended).toMatchObject({ reason: 'caller-abandoned', by: 'caller' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('ends when the phone was gone before it began', async () => {
    const call = await phoneCall({}, () => undefined);
    expect((await call.result()).ended).toMatchObject({ reason: 'caller-abandoned', stage: 'room' });
    expect(call.agents).toEqual([]);
  });

  test.each(['rejected-invalid', 'concurrency-limit'] as const)('that nobody serves ends %s', async (reason) => {
    const call = await phoneCall({ input: { declined: { reason, detail: 'because' } } });
    expect((await call.result()).ended).toMatchObject({ reason, detail: 'because', by: 'system' });
    expect(call.livekit.log).toEqual(['deleteRoom']);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('that starts too late leaves no phone ringing', async () => {
    const call = await phoneCall({ input: { startBy: 1 } });
    expect((await call.result()).ended?.reason).toBe('queue-timeout');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('that LiveKit does not give up its room to says so, and deletes it', async () => {
    const call = await phoneCall({ livekit: { takeRoomOver: always(refuses) } });
    expect((await call.result()).ended).toMatchObject({ reason: 'room-create-failed' });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('rings no longer than the set-up may take', async () => {
    const call = await phoneCall({ agents: [lost], policy: { readyMs: 60_000, setupMs: 500, acceptMs: 60_000 } });
    expect((await call.result()).ended?.reason).toBe('agent-unavailable');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('tells its agent who the caller is', async () => {
    const call = await phoneCall();
    await call.result();
    expect(call.livekit.metadata).toMatchObject([{ attempt: 1, caller: PHONE }]);
  });
});
