import { Room } from '@livekit/rtc-node';
import type { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { muteNativeLog } from '../../../platform/rtc-log.js';

interface NativeEvent {
  message: { case: string };
}

it('the native engine sends results to JavaScript, and no line of its log', async () => {
  const seen: string[] = [];
  const note = (event: NativeEvent) => seen.push(event.message.case);
  muteNativeLog();
  const room = new Room();
  const refused = room.connect('ws://127.0.0.1:1', 'nobody', { autoSubscribe: true, dynacast: false });
  (globalThis as unknown as { _ffiClientInstance: EventEmitter })._ffiClientInstance.on('ffi_event', note);
  await expect(refused).rejects.toThrow();
  expect(seen).toEqual(['connect']);
});
