import type { Room } from '@livekit/rtc-node';

interface Listening {
  onFfiEvent: (event: unknown) => void;
}
interface NativeEvents {
  listenerCount(name: 'ffi_event'): number;
  off(name: 'ffi_event', listener: (event: unknown) => void): void;
}

/**
 * rtc-node (0.13.35) stops listening for a room in `disconnect()`, but not when the server has closed the room before,
 * as it does at the end of every call. Each event of each other room then goes through all rooms that ever were: after
 * some hundred calls, ten callers kept the process from everything else for seconds.
 */
export function stopListening(room: Room): void {
  native()?.off('ffi_event', (room as unknown as Listening).onFfiEvent);
}

/** Rooms and audio streams of this process that each event goes through. */
export const listeners = (): number => native()?.listenerCount('ffi_event') ?? 0;

const native = () => (globalThis as { _ffiClientInstance?: NativeEvents })._ffiClientInstance;
