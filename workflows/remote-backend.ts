import { isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { RemoteActivities, RemoteTurned } from '../activities/types.js';
import { HTTP_FAILURES, REMOTE_FLOW, REMOTE_REFUSED } from '../contract/index.js';
import type { EndedReason, RemoteFlow, RemoteInput, RemoteStarted } from '../contract/index.js';
import { failureDetail, failureType, reason } from './failures.js';
import type { Saga } from './saga.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';

const TIMEOUT_MS = 5_000;
const RETRIES = 2;
/** What an attempt takes beyond its own timeout. Milliseconds. */
const SLACK_MS = 2_000;
/** A streamed answer as a whole. Milliseconds. */
const LONGEST_STREAM_MS = 300_000;
/** Telling a backend of the end may not hold the end up. Milliseconds. */
const END_MS = { attempt: 1_500, all: 2_500 };

const TELL_BACKEND = 'tell the backend';

/** Someone's own backend as a call sees it: started once, asked turn by turn, told of the end whatever it is. */
export class Backend {
  private session: string | undefined;
  private streaming = false;

  constructor(
    private readonly call: CallState,
    private readonly flow: RemoteFlow,
    private readonly undo: Saga,
  ) {}

  /** @throws EndCall flow-start-failed */
  async start(): Promise<RemoteStarted> {
    const { org, room, direction, variables } = this.call.input;
    const { id, language } = this.flow;
    this.undo.addLast(TELL_BACKEND, () => this.end());
    log.info(`Starting flow: flow_id=${id}, org=${org}, room=${room}`);
    try {
      const message = {
        type: 'start' as const,
        ...this.name,
        org,
        direction,
        variables,
        ...(language && { language }),
      };
      const started = await this.requests().startRemote.executeWithOptions({ summary: `start flow ${id}` }, [
        { backend: this.backend, message, idempotencyKey: this.key('start') },
      ]);
      const { session, streaming, has_greeting: hasGreeting } = started;
      log.info(`Flow started successfully: session=${session}, streaming=${streaming}, has_greeting=${hasGreeting}`);
      Object.assign(this, { session, streaming });
      return started;
    } catch (error) {
      if (failureType(error) === REMOTE_REFUSED) this.undo.drop(TELL_BACKEND); // it knows
      throw this.failed(error, 'flow-start-failed', 'start');
    }
  }

  /** @throws EndCall http-failed */
  async turn(turn: number, input: RemoteInput, interrupted: boolean): Promise<RemoteTurned> {
    const message = {
      ...{ type: 'turn' as const, ...this.name, session: this.session!, turn, input },
      ...(interrupted && { interrupted: true as const }),
    };
    const backend = { ...this.backend, ...(this.streaming && { streaming: true }) };
    try {
      return await this.requests().remoteTurn.executeWithOptions({ summary: `turn ${turn}: ${input.kind}` }, [
        { backend, message, idempotencyKey: this.key(`turn-${turn}`) },
      ]);
    } catch (error) {
      throw this.failed(error, 'http-failed', `turn ${turn}`);
    }
  }

  /** Once the call is over, whatever ended it. */
  private async end(): Promise<void> {
    const { reason, by, outcome } = this.call.ended!;
    const { endRemote } = proxyActivities<RemoteActivities>({
      startToCloseTimeout: END_MS.attempt + SLACK_MS,
      scheduleToCloseTimeout: END_MS.all,
      retry: this.retry,
    });
    const message = {
      ...{ type: 'end' as const, ...this.name, reason, by },
      ...(this.session && { session: this.session }),
      ...(outcome && { outcome }),
    };
    const backend = { ...this.backend, timeoutMs: Math.min(END_MS.attempt, this.backend.timeoutMs) };
    await endRemote.executeWithOptions({ summary: `end: ${reason}` }, [
      { backend, message, idempotencyKey: this.key('end') },
    ]);
  }

  private requests() {
    const { heartbeatMs } = this.call.input.policy;
    return proxyActivities<RemoteActivities>({
      // A stream has its limit in itself: so long it may be silent.
      startToCloseTimeout: this.streaming ? LONGEST_STREAM_MS : this.backend.timeoutMs + SLACK_MS,
      ...(this.streaming && { heartbeatTimeout: heartbeatMs }),
      retry: this.retry,
    });
  }

  private get retry() {
    const maximumAttempts = (this.flow.retries ?? RETRIES) + 1;
    return { initialInterval: 300, backoffCoefficient: 2, maximumInterval: 5_000, maximumAttempts };
  }

  private get backend() {
    const { url, headers, timeoutMs = TIMEOUT_MS } = this.flow;
    return { url, timeoutMs, ...(headers && { headers }) };
  }

  private get name() {
    return { protocol: REMOTE_FLOW, callId: this.call.input.callId, flowId: this.flow.id } as const;
  }

  /** The same for all attempts, also of another worker. */
  private key = (request: string): string => `${this.call.input.callId}-${request}`;

  private failed(error: unknown, ends: EndedReason, request: string): unknown {
    if (isCancellation(error)) return error;
    const why = reason(error);
    const backend = `the backend of flow ${this.flow.id}`;
    const type = failureType(error);
    const by = ends === 'http-failed' ? 'agent' : 'system'; // as for an http node
    if (type === REMOTE_REFUSED || type === HTTP_FAILURES.refused) {
      const verb = type === REMOTE_REFUSED ? `${backend} refused` : `${backend} could not be used for`;
      log.error(`Flow ${this.flow.id}: ${verb} ${request}`, { error: why });
      return new EndCall(
        ends,
        `${capital(verb)} ${request}: ${why}. Check the flow's url and headers, and its backend.`,
        by,
      );
    }
    // A server that asked for more patience than a caller has was not asked as often as it might have been.
    const tried = failureDetail(error, 1) ?? this.retry.maximumAttempts;
    const attempts = `after ${tried as number} attempts`;
    const what = request === 'start' ? `Failed to start flow ${attempts}` : `No answer to ${request} ${attempts}`;
    log.error(what, { flowId: this.flow.id, error: why });
    return new EndCall(ends, `${what}: ${why}. Check ${backend}.`, by);
  }
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
