import { randomBytes } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import {
  AGENT_PROTOCOL,
  agentIdentity,
  CALLER_IDENTITY,
  callWorkflowId,
  completePolicy,
  DEFAULT_AGENT_NAME,
  MESSAGES,
  roomName,
} from '../../contract/index.js';
import type { CallInput, CallView, DispatchMetadata, RoomEvent } from '../../contract/index.js';
import { initialAttributes } from '../../calls/attributes.js';
import { readFlow } from '../paths.js';

/** Budgets that no busy machine uses up: a repeated attempt would be counted as work of one call. Milliseconds. */
const PATIENT = {
  ...{ acceptMs: 30_000, readyMs: 60_000, renewMs: 30_000, heartbeatMs: 60_000, reattachMs: 60_000 },
};

/** Calls of the real workflow without media: whoever dispatches an agent gets the messages of a healthy one. */
export class ScriptedCalls {
  private readonly flow = readFlow('flows/greeting.json');

  constructor(
    private readonly client: Client,
    private readonly taskQueue: string,
    private readonly hostId: string,
  ) {}

  /** As the gateway starts a call. */
  async start(): Promise<WorkflowHandle<(input: CallInput) => Promise<CallView>>> {
    const callId = randomBytes(8).toString('hex');
    const input: CallInput = {
      ...{ callId, org: 'bench', room: roomName(callId), direction: 'web', agentName: DEFAULT_AGENT_NAME },
      ...{ flow: this.flow, flowHash: '0', variables: { name: 'there' }, policy: completePolicy(PATIENT) },
      startBy: Date.now() + 60_000,
    };
    return this.client.workflow.start<(input: CallInput) => Promise<CallView>>('call', {
      workflowId: callWorkflowId(callId),
      taskQueue: this.taskQueue,
      args: [input],
      typedSearchAttributes: initialAttributes(input),
    });
  }

  /** Accepted, then caller and agent in the room: the messages of host and job, one after the other as they come. */
  answerDispatch = async ({ callId, attempt }: DispatchMetadata): Promise<void> => {
    const { hostId } = this;
    const handle = this.client.workflow.getHandle(callWorkflowId(callId));
    const job = { attempt, jobId: `AJ_${callId}`, hostId };
    await handle.signal(MESSAGES.agentAccepted, { ...job, queued: 0 });
    const joined: RoomEvent = { kind: 'joined', identity: CALLER_IDENTITY, sid: 'PA_1', at: Date.now() };
    await handle.signal(MESSAGES.roomEvent, joined);
    const ready = { identity: agentIdentity(attempt), protocol: AGENT_PROTOCOL, timings: { connected: 1, ready: 2 } };
    await handle.signal(MESSAGES.agentReady, { ...job, ...ready });
  };
}
