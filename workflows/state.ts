import { CancellationScope, isCancellation, log } from '@temporalio/workflow';
import { CALLER_IDENTITY, DEFAULT_POLICY, ENDED_REASONS, hasReached } from '../contract/index.js';
import type {
  Attempt,
  CallInput,
  CallView,
  Chat,
  CleanupResult,
  Emitted,
  Ended,
  EndedBy,
  EndedReason,
  Json,
  OwnFinished,
  Spoken,
  Stage,
  TimelineEntry,
  Utterance,
} from '../contract/index.js';
import { measureStage } from './measure.js';
import { publishStage } from './stages.js';

/** Thrown by a step that ends the call. Caught in `CallState.run`, so it never leaves the workflow. */
export class EndCall extends Error {
  constructor(
    readonly reason: EndedReason,
    readonly detail: string,
    readonly by: EndedBy = 'system',
    readonly extra: { outcome?: string; sipCode?: number } = {},
  ) {
    super(`${reason}: ${detail}`);
  }
}

/** What one attempt has told us. */
export interface AgentSeen extends Attempt {
  dispatchedAt: number;
  /** Counts acceptances and renewals. */
  heard: number;
  queued?: number;
  /** In the room, where it is not `agent-<attempt>`. */
  identity?: string;
  /** An own agent may begin its conversation: what `ready` waits for. */
  serving?: true;
  /** What an own agent said at its end. */
  done?: OwnFinished;
  /** Names of messages that came from it when it was not wanted any more. */
  late: Set<string>;
}

/** Entries kept in the view; older ones are dropped, since the view is a workflow result. */
const SAID_KEPT = 100;
const LONGEST_SAID = 2_000;
/** The same for what the flow emits, which may be many in one moment, or large. Characters of JSON. */
const EMITTED_SIZE = 128_000;

/** Everything the call knows. Messages write to it, stages wait on it, the view is read from it. */
export class CallState {
  stage: Stage = 'admitted';
  readonly timeline: TimelineEntry[];
  readonly attempts: AgentSeen[] = [];
  readonly cleanup: CleanupResult[] = [];
  readonly said: Utterance[] = [];
  private readonly emitted: Emitted[] = [];
  private emittedSize = 0;
  private emits = 0;
  node: string | undefined;
  variables;
  /** What the agent that was lost last left of its conversation, if its host said so. */
  chat: Chat | undefined;
  /** What an own agent sent last, for the next one. */
  checkpoint: Json | undefined;
  /** What has come so far of a remote flow's turn that is still being streamed. */
  streamed: { turn: number; sentences: string[] } = { turn: 0, sentences: [] };
  /** The phone is being dialled or handed over: that it leaves then does not mean that the caller hangs up. */
  lineIsOurs = false;
  /** Where the API wants the caller to be transferred to. */
  transferTo: string | undefined;
  /** Somebody else has the caller, as far as can be known: that the line goes is no hangup. */
  handedOver = false;
  ended: Ended | null = null;
  closed = false;
  private talk: { nodeRunId: string; known: number } | undefined;
  private furthest: Stage = 'admitted';
  private readonly body = new CancellationScope();

  readonly input: CallInput;

  constructor(
    input: CallInput,
    readonly startedAt: number,
  ) {
    // A call that an older release started knows nothing of the fields that came later.
    this.input = { ...input, policy: { ...DEFAULT_POLICY, ...input.policy } };
    const { startAt } = input;
    const scheduled = startAt !== undefined && { detail: `scheduled for ${new Date(startAt).toISOString()}` };
    this.timeline = [{ stage: 'admitted', at: startedAt, ...scheduled }];
    this.variables = input.variables;
  }

  /** Runs the call until it is done, a step ends it, a message ends it, or Temporal cancels it. Never throws. */
  async run(body: () => Promise<void>): Promise<void> {
    try {
      await this.body.run(body);
    } catch (error) {
      if (error instanceof EndCall) this.end(error.reason, error.by, error.detail, error.extra);
      else if (isCancellation(error))
        this.end(
          'operator-canceled',
          'operator',
          'Canceled in Temporal. Nothing to do: room and agent are cleaned up.',
        );
      else this.end('orchestrator-error', 'system', `${error}. A defect: report it with this workflow's history.`);
    } finally {
      this.body.cancel(); // deadlines and other background waits of the body
    }
  }

  /** The first cause wins; a later one is only logged. */
  end(reason: EndedReason, by: EndedBy, detail: string, extra: { outcome?: string; sipCode?: number } = {}): void {
    if (this.ended) {
      log.info('Call has ended already, later cause ignored', { reason, by });
      return;
    }
    this.ended = { reason, by, ...ENDED_REASONS[reason], stage: this.stage, detail, ...extra };
    log.info(`Call ended: ${reason}`, { reason, by, fault: this.ended.fault, stage: this.stage, detail });
    this.body.cancel();
  }

  /** `brief`: the stage is over in the same instant, so only the timeline has it and no history event is spent. */
  enter(stage: Stage, detail?: string, brief = false): void {
    const now = Date.now();
    const last = this.timeline.at(-1);
    if (last) {
      last.ms ??= now - last.at;
      measureStage(this, last);
    }
    this.stage = stage;
    if (!hasReached(this.furthest, stage)) this.furthest = stage;
    this.timeline.push({ stage, at: now, ...(stage === 'ended' && { ms: 0 }), ...(detail && { detail }) });
    if (!brief) publishStage(this);
  }

  /** True once the call has been at `stage`, also when a lost agent took it back since. */
  hasBeenAt = (stage: Stage): boolean => hasReached(this.furthest, stage);

  /** Identity of the caller in the room. */
  get caller(): string {
    return this.input.caller ?? CALLER_IDENTITY;
  }

  /** The attempt whose agent is wanted now. */
  get current(): AgentSeen | undefined {
    return this.attempts.at(-1);
  }

  heardOrSaid(entry: Utterance): void {
    this.said.push({ ...entry, text: entry.text.slice(0, LONGEST_SAID) });
    if (this.said.length > SAID_KEPT) this.said.shift();
  }

  /** Words of a conversation, which may come twice: as they are said, and with its end. */
  talked(node: string, nodeRunId: string, said: Spoken[]): void {
    if (this.talk?.nodeRunId !== nodeRunId) this.talk = { nodeRunId, known: -1 };
    for (const { n, at, who, text } of said) {
      if (n <= this.talk.known) continue;
      this.talk.known = n;
      this.heardOrSaid({ at, node, who, text });
    }
  }

  /** Read from the view by whoever follows the call. */
  emit(node: string, event: string, data: Json): void {
    const emitted = { n: this.emits++, at: Date.now(), node, event, data };
    this.emitted.push(emitted);
    this.emittedSize += sizeOf(emitted);
    while (this.emittedSize > EMITTED_SIZE) this.emittedSize -= sizeOf(this.emitted.shift());
  }

  view(): CallView {
    const last = this.timeline.at(-1);
    const { callId, room, org, direction, flow, startAt, metadata } = this.input;
    return {
      callId,
      status: this.closed ? 'ended' : 'active',
      stage: this.stage,
      stageSince: last?.at ?? this.startedAt,
      room,
      flowId: flow.id,
      org,
      direction,
      ...(startAt !== undefined && { startAt }),
      attempts: this.attempts.map(({ attempt, jobId, hostId, outcome, readyMs, error }): Attempt => ({
        attempt,
        ...(jobId && { jobId }),
        ...(hostId && { hostId }),
        outcome,
        ...(readyMs !== undefined && { readyMs }),
        ...(error && { error }),
      })),
      timeline: this.timeline,
      ...(this.node && { node: this.node }),
      variables: this.variables,
      said: this.said,
      ...(this.emitted.length > 0 && { emitted: this.emitted }),
      ...(metadata && { metadata }),
      ended: this.ended,
      cleanup: this.cleanup,
    };
  }
}

const sizeOf = (emitted: Emitted | undefined): number => JSON.stringify(emitted).length;
