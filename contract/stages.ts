/** The stages of a call, in order. `dial` only happens for outbound phone calls. */
export const STAGES = [
  'admitted',
  'room',
  'dispatch',
  'agent-ready',
  'dial',
  'caller',
  'flow',
  'cleanup',
  'ended',
] as const;

export type Stage = (typeof STAGES)[number];

/** True when `stage` is `target` or comes after it. */
export const hasReached = (stage: Stage, target: Stage): boolean => STAGES.indexOf(stage) >= STAGES.indexOf(target);
