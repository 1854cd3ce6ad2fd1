import type { Stage } from '../../contract/index.js';

export const duration = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
};

/** The time of a call of today, the day of one of before. */
export const clock = (at: number): string => {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  return today ? date.toLocaleTimeString() : date.toLocaleDateString();
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
