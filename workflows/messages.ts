import { condition, defineQuery, defineSignal, defineUpdate, log, setHandler } from '@temporalio/workflow';
import type { SignalDefinition } from '@temporalio/workflow';
import { AGENT_PROTOCOL, isEndedBy, isHostId, isAgentIdentity, MESSAGES, STAGES } from '../contract/index.js';
import type {
  AgentAccepted,
  AgentFailed,
  AgentReady,
  AwaitStage,
  CallView,
  Hangup,
  RemoteWords,
  RoomEvent,
  Spoken,
  Stage,
  Talked,
  TransferRequest,
} from '../contract/index.js';
import { withdraw } from './agent.js';
import { isChat } from './failures.js';
import type { Participants } from './participants.js';
import type { AgentSeen, CallState } from './state.js';

export const agentAccepted = defineSignal<[AgentAccepted]>(MESSAGES.agentAccepted);
export const agentReady = defineSignal<[AgentReady]>(MESSAGES.agentReady);
export const agentFailed = defineSignal<[AgentFailed]>(MESSAGES.agentFailed);
export const roomEvent = defineSignal<[RoomEvent]>(MESSAGES.roomEvent);
export const talked = defineSignal<[Talked]>(MESSAGES.talked);
export const hangup = defineSignal<[Hangup]>(MESSAGES.hangup);
export const remoteWords = defineSignal<[RemoteWords]>(MESSAGES.remoteWords);
export const transfer = defineSignal<[TransferRequest]>(MESSAGES.transfer);
export const awaitStage = defineUpdate<CallView, [AwaitStage]>(MESSAGES.awaitStage);
export const view = defineQuery<CallView>(MESSAGES.view);

const UNDER_WAY = 'transfer (API): not done, another is under way';

/** Characters of an explanation. */
const BRIEF = 500;

/** A handler never throws, whatever it is sent: that would fail the workflow task, again and again. */
function listen<T>(signal: SignalDefinition<[T]>, handle: (message: T) => void): void {
  setHandler(signal, (message) => {
    try {
      handle(message);
    } catch {
      ignored(signal.name, message);
    }
  });
}

/** Registers every handler; call it before the first await. What does not fit (late, forged, of another attempt) is ignored. */
export function handleMessages(call: CallState, participants: Participants): void {
  listen(agentAccepted, (message) => {
    const agent = wanted(call, 'agentAccepted', message);
    if (!agent || (agent.jobId && agent.jobId !== message.jobId)) return;
    agent.heard += 1;
    agent.queued = message.queued;
    agent.jobId = message.jobId;
    agent.hostId = message.hostId;
    if (typeof message.identity === 'string') agent.identity = message.identity;
    agent.outcome = 'accepted';
  });

  listen(agentReady, (message) => {
    const agent = wanted(call, 'agentReady', message);
    if (!agent) return;
    const protocol = Number(message.protocol);
    agent.jobId = message.jobId;
    agent.hostId = message.hostId;
    if (protocol !== AGENT_PROTOCOL) {
      agent.outcome = 'failed';
      agent.error = `agent host ${message.hostId} speaks protocol ${protocol}, this worker speaks ${AGENT_PROTOCOL}: deploy both from one version`;
      return;
    }
    agent.outcome = 'ready';
    agent.readyMs = Date.now() - agent.dispatchedAt;
    const { timings, caller, identity } = message;
    if (typeof caller?.sid === 'string')
      participants.apply({ kind: 'joined', identity: call.caller, sid: caller.sid, at: caller.at });
    log.info('Agent participant joined', { attempt: agent.attempt, ms: timings?.connected, identity });
    log.info('Agent ready', { attempt: agent.attempt, ms: agent.readyMs, jobId: agent.jobId, hostId: agent.hostId });
  });

  listen(agentFailed, (message) => {
    const agent = call.current;
    const fits =
      agent &&
      !call.ended &&
      message?.attempt === agent.attempt &&
      typeof message.jobId === 'string' &&
      (!agent.jobId || agent.jobId === message.jobId) &&
      ['dispatched', 'accepted', 'ready'].includes(agent.outcome);
    if (!fits) return ignored('agentFailed', message);
    agent.error = typeof message.error === 'string' ? brief(message.error) : 'no reason given';
    agent.outcome = agent.outcome === 'ready' ? 'lost' : 'failed';
    if (isChat(message.chat)) call.chat = message.chat;
  });

  listen(roomEvent, (event) => {
    if (event?.kind === 'room-finished') participants.roomFinished = true;
    else if (event?.kind === 'joined' || event?.kind === 'left') {
      const known = event.identity === call.caller || isAgentOf(call, event.identity);
      if (known && typeof event.sid === 'string') participants.apply(event);
    } else ignored('roomEvent', event);
  });

  listen(talked, (message) => {
    const agent = call.current;
    const fits =
      agent?.outcome === 'ready' &&
      message?.attempt === agent.attempt &&
      agent.jobId === message.jobId &&
      !call.ended &&
      message.nodeRunId?.endsWith(`-${call.node}`) &&
      message.said.every(isSpoken);
    if (fits) call.talked(call.node!, message.nodeRunId, message.said);
    else ignored('talked', message);
  });

  listen(hangup, (message) => {
    const by = isEndedBy(message?.by) ? message.by : 'api';
    const reason = typeof message?.reason === 'string' ? brief(message.reason) : undefined;
    call.end(
      by === 'caller' ? 'caller-hangup' : by === 'agent' ? 'agent-hangup' : 'operator-canceled',
      by,
      hangupDetail(by, reason),
    );
  });

  listen(remoteWords, (message) => {
    const { turn, sentences } = call.streamed;
    // An attempt that broke off told of the same ones.
    if (message.turn !== turn || !(message.from <= sentences.length)) return;
    const more = message.sentences.slice(sentences.length - message.from);
    sentences.push(...more.filter((each) => typeof each === 'string'));
  });

  listen(transfer, (message) => {
    const possible = call.input.direction !== 'web' && call.hasBeenAt('flow') && !call.ended;
    const fits = possible && typeof message?.phone === 'string';
    if (fits && !call.lineIsOurs) call.transferTo = message.phone;
    else ignored('transfer', fits ? { why: UNDER_WAY } : message);
    // Whoever asked for it was told 202. Once for each transfer: the timeline is part of the result.
    if (fits && call.lineIsOurs && call.timeline.at(-1)?.detail !== UNDER_WAY) call.enter(call.stage, UNDER_WAY, true);
  });

  setHandler(
    awaitStage,
    async ({ stage }) => {
      await condition(() => call.hasBeenAt(stage)); // a call that ends has been everywhere but at its very end
      return call.view();
    },
    { validator: ({ stage }: { stage: Stage }) => checkStage(stage) },
  );

  setHandler(view, () => call.view());
}

/** It becomes part of the result, and a result that is too large for Temporal would keep the call from ever ending. */
const brief = (text: string): string => (text.length > BRIEF ? `${text.slice(0, BRIEF)}…` : text);

/** Own agents have an identity of their own. */
const isAgentOf = (call: CallState, identity: string): boolean =>
  isAgentIdentity(identity) || call.attempts.some((agent) => agent.identity === identity);

const isSpoken = ({ n, at, who, text }: Spoken): boolean =>
  Number.isInteger(n) && typeof at === 'number' && (who === 'agent' || who === 'caller') && typeof text === 'string';

const hangupDetail = (by: string, reason: string | undefined): string =>
  `Hung up by ${by}${reason ? `: ${reason}` : ''}. Nothing to do.`;

function checkStage(stage: Stage): void {
  if (!STAGES.includes(stage)) throw new Error(`unknown stage ${stage}; stages are ${STAGES.join(', ')}`);
}

/** The attempt that a message speaks of, if it is the one wanted now. The first job that is ready holds it. */
function wanted(call: CallState, name: string, message: AgentAccepted | AgentReady): AgentSeen | undefined {
  const agent = call.current;
  const fits =
    agent &&
    !call.ended &&
    message?.attempt === agent.attempt &&
    isHostId(message.hostId) &&
    typeof message.jobId === 'string' &&
    ['dispatched', 'accepted'].includes(agent.outcome);
  if (fits) return agent;
  ignored(name, message);
  withdrawSuperseded(call, name, message);
  return undefined;
}

/**
 * An agent that was let in a moment before its attempt was given up is in the room although nobody wants it. It is
 * sent away again, once for each kind of news of it.
 */
function withdrawSuperseded(call: CallState, name: string, message: AgentAccepted | AgentReady): void {
  const agent = call.attempts.find(({ attempt }) => attempt === message?.attempt);
  const wantedNow = agent === call.current && ['dispatched', 'accepted', 'ready'].includes(agent?.outcome ?? '');
  if (!agent || wantedNow || call.ended || agent.late.has(name)) return;
  agent.late.add(name);
  withdraw(call, agent.attempt);
}

/** What a caller said belongs in no log. */
function withoutWords(message: unknown): unknown {
  if (message === null || typeof message !== 'object') return message;
  const { chat: _chat, said: _said, ...rest } = message as Record<string, unknown>;
  return rest;
}

function ignored(name: string, message: unknown): void {
  log.warn(`Message ${name} does not fit, ignored`, { message: withoutWords(message) });
}
