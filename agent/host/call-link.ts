import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { callWorkflowId, MESSAGES } from '../../contract/index.js';
import type { AgentAccepted, AgentFailed, AgentReady, RoomEvent, Talked } from '../../contract/index.js';
import type { Logger } from '../../platform/logger.js';

const DEADLINE_MS = 10_000;
/** News that nobody else tells the call are sent again, for as long as Temporal may well be away. */
const TRIES = 12;
const AGAIN_MS = 2_000;
/** Temporal refuses a signal of megabytes, and the call would never be told. Characters. */
const LONGEST_ERROR = 1_000;

/** The host's line to the call workflows: signals out, and whether an attempt is still wanted. */
export class CallLink {
  constructor(
    private readonly client: Client,
    private readonly logger: Logger,
  ) {}

  /** Sent once: it is renewed anyway. */
  accepted = (callId: string, message: AgentAccepted) => this.signal(callId, MESSAGES.agentAccepted, message, 1);
  ready = (callId: string, message: AgentReady) => this.signal(callId, MESSAGES.agentReady, message);
  failed = (callId: string, { error, ...message }: AgentFailed) =>
    this.signal(callId, MESSAGES.agentFailed, { ...message, error: error.slice(0, LONGEST_ERROR) });
  talked = (callId: string, message: Talked) => this.signal(callId, MESSAGES.talked, message);
  room = (callId: string, message: RoomEvent) => this.signal(callId, MESSAGES.roomEvent, message);

  /**
   * False when the call is over: who speaks for it has no business in its room any more. Never throws: a signal that
   * cannot be sent is made up for by the workflow's own timeouts.
   */
  private async signal(callId: string, name: string, message: object, tries = TRIES): Promise<boolean> {
    for (let left = tries - 1; ; left--) {
      try {
        await this.withDeadline(() => this.handle(callId).signal(name, message));
        return true;
      } catch (error) {
        const gone = error instanceof WorkflowNotFoundError;
        this.logger.log(gone ? 'debug' : 'warn', `Signal ${name} not delivered`, {
          callId,
          left,
          cause: String(error),
        });
        if (gone || left <= 0) return !gone;
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  /**
   * Whether a job of this attempt may join the room: the call is open and waits for just this attempt. Once it has one
   * a second job of the same attempt, which LiveKit may launch, would push the first out. Describing needs no worker. When Temporal cannot be asked the answer is no: a wrong no costs a re-dispatch, a wrong yes a second agent.
   */
  async wants(callId: string, attempt: number): Promise<boolean> {
    try {
      const { status, searchAttributes } = await this.withDeadline(() => this.handle(callId).describe());
      const [current] = searchAttributes.CallAttempt ?? [];
      const [stage] = searchAttributes.CallStage ?? [];
      const open = status.name === 'RUNNING' || status.name === 'PAUSED';
      return open && current === attempt && (stage === 'room' || stage === 'dispatch' || stage === 'agent-ready');
    } catch (error) {
      this.logger.warn('Cannot ask whether the call still wants its agent', { callId, attempt, cause: String(error) });
      return false;
    }
  }

  private handle = (callId: string): WorkflowHandle => this.client.workflow.getHandle(callWorkflowId(callId));

  private withDeadline = <T>(send: () => Promise<T>): Promise<T> =>
    this.client.withDeadline(Date.now() + DEADLINE_MS, send);
}
