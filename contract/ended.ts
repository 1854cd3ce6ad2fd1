import type { Stage } from './stages.js';

export const ENDED_BY = ['caller', 'agent', 'api', 'operator', 'system'] as const;

export type EndedBy = (typeof ENDED_BY)[number];

/** Whose fault an ended call is. `none`: the call ended as calls should. */
export type Fault = 'none' | 'caller' | 'carrier' | 'provider' | 'platform' | 'config';

/** Every way a call can end, with whose fault it is and whether the same call, made again, may do better. */
export const ENDED_REASONS = {
  completed: { fault: 'none', retryable: false },
  'caller-hangup': { fault: 'none', retryable: false },
  'agent-hangup': { fault: 'none', retryable: false },
  transferred: { fault: 'none', retryable: false },
  'silence-timeout': { fault: 'caller', retryable: false },
  'max-duration': { fault: 'none', retryable: false },
  'operator-canceled': { fault: 'none', retryable: false },
  'rejected-invalid': { fault: 'config', retryable: false },
  'concurrency-limit': { fault: 'platform', retryable: true },
  'queue-timeout': { fault: 'platform', retryable: true },
  'room-create-failed': { fault: 'platform', retryable: true },
  'agent-unavailable': { fault: 'platform', retryable: true },
  'agent-dispatch-failed': { fault: 'platform', retryable: true },
  'agent-ready-timeout': { fault: 'platform', retryable: true },
  'flow-start-failed': { fault: 'platform', retryable: true },
  'caller-not-joined': { fault: 'caller', retryable: true },
  'caller-abandoned': { fault: 'caller', retryable: true },
  busy: { fault: 'carrier', retryable: true },
  'no-answer': { fault: 'carrier', retryable: true },
  declined: { fault: 'carrier', retryable: false },
  'invalid-number': { fault: 'config', retryable: false },
  'carrier-rejected': { fault: 'carrier', retryable: true },
  'agent-lost': { fault: 'platform', retryable: true },
  'stt-failed': { fault: 'provider', retryable: true },
  'tts-failed': { fault: 'provider', retryable: true },
  'llm-failed': { fault: 'provider', retryable: true },
  'transfer-failed': { fault: 'carrier', retryable: true },
  'http-failed': { fault: 'provider', retryable: true },
  'media-lost': { fault: 'platform', retryable: true },
  'orchestrator-error': { fault: 'platform', retryable: true },
  reaped: { fault: 'platform', retryable: true },
} as const satisfies Record<string, { fault: Fault; retryable: boolean }>;

export type EndedReason = keyof typeof ENDED_REASONS;

/** How a call ended: exactly one per call, the first cause wins. */
export interface Ended {
  reason: EndedReason;
  by: EndedBy;
  fault: Fault;
  /** The stage that the call was in when the cause came up. */
  stage: Stage;
  retryable: boolean;
  /** What an operator should know and do next. */
  detail: string;
  /** The flow's own outcome, when the flow ran to its end. */
  outcome?: string;
  sipCode?: number;
}

export const isEndedBy = (value: unknown): value is EndedBy => ENDED_BY.some((by) => by === value);

export const isEndedReason = (value: unknown): value is EndedReason =>
  typeof value === 'string' && Object.hasOwn(ENDED_REASONS, value);
