import { randomUUID } from 'node:crypto';
import type { CallView, Ended, TimelineEntry, Utterance, Variables } from '../../contract/index.js';
import { abandon } from './abandon.js';
import type { GatewayApi } from './api.js';
import { type Caller, type CallerOptions, joinAsCaller } from './caller.js';
import type { Segment } from './energy.js';

export interface CallRequest {
  flowId?: string;
  /** Of your own, by name; default: the one that runs flows. */
  agent?: { name: string };
  variables: Variables;
  /** How long the gateway holds back its answer. */
  wait: 'none' | 'ready';
  /** Leave the room so long after the first speech, whatever the flow still has to say. Milliseconds. */
  holdMs?: number;
  /** Longest call, from the request to its end. Milliseconds. */
  timeoutMs: number;
  /** Keep what was heard. Milliseconds. */
  recordMs?: number;
}

/** What happens during a call, for whoever watches. `ms` counts from the request. */
export type CallEvent =
  | { kind: 'created'; callId: string; ms: number; temporal: string }
  | { kind: 'joined'; ms: number }
  | { kind: 'stage'; ms: number; entry: TimelineEntry }
  | { kind: 'heard'; ms: number; identity: string }
  | { kind: 'said'; ms: number; who: Utterance['who']; text: string };

/** Milliseconds count from the request. */
export interface CallResult {
  /** The call ended as it should, and its first words were heard. */
  ok: boolean;
  callId?: string;
  temporal?: string;
  createdMs?: number;
  joinedMs?: number;
  heardMs?: number;
  audibleMs: number;
  segments: Segment[];
  timeline: TimelineEntry[];
  ended: Ended | null;
  /** Why there is no ended call to show. */
  error?: string;
  disconnected?: string;
  wav?: Buffer;
}

/** One call as a caller lives it: asks for it, joins its room, listens, and follows it to its end. */
export async function makeCall(
  api: GatewayApi,
  request: CallRequest,
  watch: (event: CallEvent) => void,
  interrupted: AbortSignal,
): Promise<CallResult> {
  const requestedAt = Date.now();
  const since = (at: number) => at - requestedAt;
  const result: CallResult = { ok: false, audibleMs: 0, segments: [], timeline: [], ended: null };
  const deadline = AbortSignal.timeout(request.timeoutMs);
  const signal = AbortSignal.any([interrupted, deadline]);
  const { flowId, agent, variables, wait } = request;
  const body = { ...(flowId && { flowId }), ...(agent && { agent }), variables };
  const key = randomUUID();
  let caller: Caller | undefined;
  try {
    const call = await api.start(body, { key, wait, signal });
    Object.assign(result, { callId: call.callId, temporal: call.links.temporal, createdMs: since(Date.now()) });
    watch({ kind: 'created', callId: call.callId, ms: result.createdMs!, temporal: call.links.temporal });
    const begun = new Set<string>();
    const onStage = (entry: TimelineEntry) => {
      const stage = `${entry.stage} ${entry.at}`; // told of again when it is over
      if (!begun.has(stage)) watch({ kind: 'stage', ms: since(entry.at), entry });
      begun.add(stage);
    };
    const onSaid = ({ at, who, text }: Utterance) => watch({ kind: 'said', ms: since(at), who, text });
    const end = api.follow(call.callId, { onStage, onSaid }, signal);
    const over = new AbortController();
    end.catch(() => {}).finally(() => over.abort()); // Awaited below; the room comes first.
    const { recordMs } = request;
    caller = call.livekit && (await joinUnlessOver({ ...call.livekit, requestedAt, recordMs, signal: over.signal }));
    if (caller) {
      result.joinedMs = caller.joinedMs;
      watch({ kind: 'joined', ms: caller.joinedMs });
      void listen(caller, request.holdMs, watch);
    }
    const view = await end;
    Object.assign(result, { timeline: view.timeline, ended: view.ended });
  } catch (error) {
    const why = deadline.aborted
      ? `The call had not ended ${request.timeoutMs} ms after the request (--timeout)`
      : interrupted.aborted && 'Interrupted';
    // The same key: the call whose answer was not waited for.
    const again = (within: AbortSignal) => api.start(body, { key, atLimit: 'throw', signal: within });
    const done = (result.callId || why) && (await abandon(api, result, again));
    result.error = why ? `${why}; ${done}.` : message(error);
  }
  if (caller) await closeAndReport(caller, result);
  result.ok = result.heardMs !== undefined && endedWell(result.ended, request);
  return result;
}

/** A caller who was told to leave after the greeting ends the call that way. */
const endedWell = (ended: CallView['ended'], { holdMs }: CallRequest): boolean =>
  ended?.reason === 'completed' || (holdMs !== undefined && ended?.reason === 'caller-hangup');

/** A call that ended before its room was there is no failure to join: how it ended says more. */
async function joinUnlessOver(options: CallerOptions): Promise<Caller | undefined> {
  try {
    return await joinAsCaller(options);
  } catch (error) {
    if (options.signal?.aborted) return undefined;
    throw error;
  }
}

async function listen(caller: Caller, holdMs: number | undefined, watch: (event: CallEvent) => void): Promise<void> {
  const first = await caller.heard;
  if (!first) return;
  watch({ kind: 'heard', ms: caller.heardMs!, identity: first.identity });
  if (holdMs !== undefined) setTimeout(() => void caller.leave().catch(() => {}), holdMs).unref();
}

async function closeAndReport(caller: Caller, result: CallResult): Promise<void> {
  const { heardMs, audibleMs, segments } = caller;
  Object.assign(result, { heardMs, audibleMs, segments, wav: caller.wav() });
  try {
    await caller.leave();
    result.disconnected = await caller.disconnected;
  } catch (error) {
    result.error ??= message(error);
  }
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
