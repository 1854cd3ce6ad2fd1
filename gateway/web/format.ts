import type { Direction, Stage } from '../../client/index.js';

/** @param digits of seconds */
export const duration = (ms: number, digits = 2): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000)
    return `${Number((ms / 1_000).toFixed(digits)) === 60 ? 60 : (ms / 1_000).toFixed(fraction(ms, digits))} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
};

/** No fewer digits than the value needs to be told from its neighbours on a scale. */
const fraction = (ms: number, digits: number): number => (digits === 0 && ms % 1_000 !== 0 ? 1 : digits);

/** Minutes and seconds since the call began. */
export const offset = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const TIME: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const DAY: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }; // prettier-ignore

/** The time of a call of today, with the day of one of before. */
export const clock = (at: number, now = Date.now()): string => {
  const date = new Date(at);
  const today = date.toDateString() === new Date(now).toDateString();
  return date.toLocaleString([], today ? TIME : DAY);
};

/** What the call is doing in a stage, for people. */
export const STAGE_TEXT: Record<Stage, string> = {
  admitted: 'Admitted',
  room: 'Create room',
  dispatch: 'Dispatch agent',
  'agent-ready': 'Agent gets ready',
  dial: 'Dial',
  caller: 'Wait for caller',
  flow: 'Conversation',
  cleanup: 'Clean up',
  ended: 'Ended',
};

export const DIRECTION_TEXT: Record<Direction, string> = {
  web: 'browser',
  inbound: 'phone, incoming',
  outbound: 'phone, outgoing',
};
