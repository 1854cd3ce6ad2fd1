/**
 * Limits on concurrent calls. A call that counts has a place; the `admission` workflow gives places out and knows who
 * has one. Only calls of a limited organisation, or of an installation with a limit, ever ask for one.
 */

/** Workflow type. */
export const ADMISSION = 'admission';

/** One workflow counts everything when there is a total limit, else each organisation has its own. */
export const admissionWorkflowId = (org?: string): string => (org === undefined ? ADMISSION : `${ADMISSION}/${org}`);

export interface AdmissionInput {
  /** Whose calls are counted; undefined: everybody's. */
  org?: string;
  /** How often places are compared with the calls that there are. Milliseconds. */
  checkEveryMs: number;
  /** From the run before. */
  places?: Place[];
  queue?: Place[];
  limits?: CallLimits;
}

export interface Place {
  callId: string;
  org: string;
  /** The call must have been started by then, or else has no place. Milliseconds since the epoch, Temporal's clock. */
  startBy: number;
  /** It calls a phone: such calls have a limit of their own. */
  outbound?: true;
}

/** How many calls there may be at a time. */
export interface CallLimits {
  total?: number;
  /** Organisation → its limit. */
  org: Record<string, number>;
  /** Organisation → its limit of outbound calls. */
  outbound?: Record<string, number>;
}

/** Update `admit`: many requests in one, since Temporal lets few updates of a workflow be under way at a time. */
export interface Admit {
  limits: CallLimits;
  requests: PlaceRequest[];
}

export interface PlaceRequest {
  callId: string;
  org: string;
  /** The call is started within this time, or not at all. Milliseconds. */
  startWithinMs: number;
  /** Undefined: now or never. */
  queueMs?: number;
  outbound?: true;
}

export type PlaceAnswer =
  | { callId: string; answer: 'place' | 'queued'; startBy: number }
  | { callId: string; answer: 'full'; limit: keyof CallLimits };

/** What a call must know to wait for its place, and to give it back. */
export interface CallPlace {
  /** Id of the `admission` workflow. */
  admission: string;
  /** Longest wait in the queue; undefined: it has its place already. Milliseconds. */
  queueMs?: number;
  /** A scheduled call asks for its place when its time has come. */
  ask?: PlaceRequest;
}

/** Signal `awaitPlace`: a call that waits exists now. */
export interface AwaitPlace {
  callId: string;
  /** Of a call that has not asked before. */
  ask?: PlaceRequest;
}

export const ADMISSION_MESSAGES = {
  /** Update to `admission`: Admit → PlaceAnswer[] */
  admit: 'admit',
  /** Signal of a call that waits: AwaitPlace */
  awaitPlace: 'awaitPlace',
  /** Signal of a call that has ended, or does not wait any more. */
  leavePlace: 'leavePlace',
  /** Signal to a call that waited. */
  placeGranted: 'placeGranted',
} as const;
