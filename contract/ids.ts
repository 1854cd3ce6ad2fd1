/** The names that the parts agree on: workflow ids, task queues, room names and agent identities. */

/** Task queue of the call workflow and of the activities that touch LiveKit. */
export const CALLS_TASK_QUEUE = 'calls';

/** LiveKit agent name. Dispatch is always explicit: an unnamed agent would join every room. */
export const DEFAULT_AGENT_NAME = 'durable-calls';

const CALL_WORKFLOW_PREFIX = 'call/';
const ROOM_PREFIX = 'call-';

export const callWorkflowId = (callId: string): string => CALL_WORKFLOW_PREFIX + callId;

/** The call that a workflow id names, or undefined when the workflow is not a call. */
export const callIdOfWorkflow = (workflowId: string): string | undefined =>
  workflowId.startsWith(CALL_WORKFLOW_PREFIX) ? workflowId.slice(CALL_WORKFLOW_PREFIX.length) : undefined;

export const CALL_WORKFLOW_TYPE = 'call';

/** The janitor's schedule, and the workflow type that it starts. */
export const RECONCILE = 'reconcile';

export const callIdOfRoom = (room: string): string | undefined =>
  room.startsWith(ROOM_PREFIX) ? room.slice(ROOM_PREFIX.length) : undefined;

export const roomName = (callId: string): string => ROOM_PREFIX + callId;

/** Identity of the agent of one attempt: two attempts never share one, so a stale agent can be told apart. */
export const agentIdentity = (attempt: number): string => `agent-${attempt}`;

export const isAgentIdentity = (identity: string): boolean => /^agent-\d+$/.test(identity);

/** Identity of the caller in the room. One caller a call. */
export const CALLER_IDENTITY = 'caller';

/** Rooms of calls that came in by phone: LiveKit makes them, `<prefix>_<last digits of the caller>_<random>`. */
export const INBOUND_ROOM_PREFIX = 'phone';

/** A call that came in by phone is named after LiveKit's id of it: the same news of it twice are one call. */
export const callIdOfSip = (sipCallId: string): string => sipCallId;

/** LiveKit has named its room, not we. */
export const isOfPhone = (callId: string): boolean => callId.startsWith('SCL_');

/** Attributes of a SIP participant. The first three are LiveKit's; `to` and `from` are SIP headers that our trunk maps. */
export const SIP_ATTRIBUTES = {
  callId: 'sip.callID',
  /** Only participants that came in have one. */
  ruleId: 'sip.ruleID',
  /** `dialing`, `ringing`, `automation`, `active`, `hangup`. */
  status: 'sip.callStatus',
  /** The number that was dialled, where the dispatch rule does not hide numbers. */
  called: 'sip.trunkPhoneNumber',
  caller: 'sip.phoneNumber',
  to: 'sip.h.to',
  from: 'sip.h.from',
} as const;

/** Each agent host serves its own queue, so that an activity reaches the process that holds the job. */
export const agentTaskQueue = (hostId: string): string => `agent-${hostId}`;

/** A host id becomes part of a task queue name, so a message may not smuggle another queue in. */
export const isHostId = (value: unknown): value is string => typeof value === 'string' && /^[\w.-]{1,100}$/.test(value);
