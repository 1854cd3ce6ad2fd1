import { describe, expect, test } from 'vitest';
import { AGENT_FAILURES, ENDED_REASONS, MESSAGES } from '../../contract/index.js';
import type { CallPolicy, EndedReason, Flow, Said } from '../../contract/index.js';
import { documentedReasons } from '../support/ended-reasons-table.js';
import { acceptsOnly, diesSaying, dispatchedAnew, failure, healthy, lost } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import { DIALS, GREETING } from '../support/scripted-call.js';
import type { Scene, ScriptedCall } from '../support/scripted-call.js';
import { NOTHING, refuses } from '../support/scripted-livekit.js';
import { responds } from '../support/scripted-phone.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const documented = new Map(documentedReasons().map((row) => [row.reason, row]));

/** Reasons of what this version cannot do yet: whoever builds it moves them to the table below. */
const NOT_YET: EndedReason[] = [
  ...(['rejected-invalid', 'concurrency-limit', 'stt-failed'] as const),
  'reaped', // of a workflow that was broken off: the gateway says so, see tests/e2e/faults.test.ts
];

interface Ending extends Omit<Scene, 'policy'> {
  policy?: Partial<CallPolicy>;
  /** What has to happen, where nothing goes wrong by itself. */
  then?(call: ScriptedCall): Promise<unknown>;
  detail: RegExp;
}

const failing = (type: string, message: string): AgentScript => ({
  ...healthy,
  say: () => Promise.reject(failure(type, message)),
});
const lasting: AgentScript = { ...healthy, say: () => new Promise<Said>(() => undefined) };
const inConversation = (call: ScriptedCall) => call.at('flow');
const flow = (nodes: Flow['nodes'], start: string): Flow => ({ ...GREETING, start, nodes });

const alone = (node: Flow['nodes'][string]): Flow => flow({ only: node }, 'only');

const ENDINGS: Partial<Record<EndedReason, Ending[]>> = {
  completed: [{ detail: /ran to its end/ }],
  'caller-hangup': [
    {
      ...{ agents: [lasting], detail: /left the room/ },
      then: (call) => inConversation(call).then(() => call.callerLeaves({ intentional: true })),
    },
    { agents: [lost], then: (call) => call.hangup('caller'), detail: /Hung up by caller/ },
  ],
  'agent-hangup': [{ agents: [lasting], then: (call) => call.hangup('agent'), detail: /Hung up by agent/ }],
  'max-duration': [{ agents: [lasting], policy: { maxDurationMs: 500 }, detail: /longest duration of 500 ms/ }],
  'operator-canceled': [
    { agents: [lasting], then: (call) => call.hangup('api'), detail: /Hung up by api/ },
    {
      ...{ agents: [lasting], detail: /Hung up by operator: wrong number/ },
      then: (call) => call.signal(MESSAGES.hangup, { by: 'operator', reason: 'wrong number' }),
    },
    { agents: [lasting], then: (call) => call.cancel(), detail: /Canceled in Temporal/ },
    { agents: [lasting], then: (call) => call.signal(MESSAGES.hangup), detail: /Hung up by api/ },
    {
      ...{ agents: [lasting], detail: /^Hung up by api\. Nothing to do\.$/ },
      then: (call) => call.signal(MESSAGES.hangup, { by: 'nobody', reason: { a: 1 } }),
    },
  ],
  'queue-timeout': [{ input: { startBy: Date.now() - 1 }, detail: /call workers run/ }],
  'room-create-failed': [{ livekit: { createRoom: [refuses] }, detail: /401.*API key/ }],
  'agent-unavailable': [
    { agents: [lost], policy: { acceptMs: 50, dispatchAttempts: 1 }, detail: /in 1 attempt over.*agent-worker\.log/ },
  ],
  'agent-dispatch-failed': [{ ...dispatchedAnew, livekit: { dispatchAgent: [refuses] }, detail: /401.*API key/ }],
  'agent-ready-timeout': [
    {
      ...{ agents: [acceptsOnly], detail: /agent-worker\.log/ },
      policy: { renewMs: 50, dispatchAttempts: 1 },
    },
  ],
  'flow-start-failed': [
    {
      detail: /could not start flow greeting: no such language.*agent-worker\.log/,
      agents: [{ ...healthy, startFlow: () => Promise.reject(failure('JobFailed', 'no such language')) }],
    },
  ],
  'caller-not-joined': [{ caller: false, policy: { callerMs: 50 }, detail: /within 50 ms.*network and token/ }],
  'caller-abandoned': [
    { agents: [lost], then: (call) => call.callerLeaves({ intentional: true }), detail: /before the agent spoke/ },
  ],
  busy: [{ input: DIALS, phone: responds(486, 'Busy Here'), detail: /busy \(SIP 486 Busy Here\)/ }],
  'no-answer': [
    { input: DIALS, phone: responds(480, 'Temporarily Unavailable'), detail: /not answered \(SIP 480/ },
    {
      ...{ input: DIALS, phone: () => Promise.reject(new TypeError('lost')), policy: { dialMs: 100 } },
      detail: /within 100 ms/,
    },
  ],
  declined: [{ input: DIALS, phone: responds(603, 'Decline'), detail: /declined \(SIP 603 Decline\).*unasked/ }],
  'invalid-number': [{ input: DIALS, phone: responds(404, 'Not Found'), detail: /SIP 404.*Correct/ }],
  'carrier-rejected': [{ input: DIALS, phone: responds(503, 'Service Unavailable'), detail: /SIP 503.*trunk/ }],
  transferred: [
    {
      ...{ input: DIALS, detail: /ran to its end/ },
      flow: alone({ type: 'transfer', to: '+15550100', on: { connected: null, failed: null } }),
    },
    {
      ...{ input: DIALS, agents: [lasting], detail: /handed over/ },
      then: (call) => inConversation(call).then(() => call.signal(MESSAGES.transfer, { phone: '+15550100' })),
    },
  ],
  'agent-lost': [
    { agents: [diesSaying('It works.')], policy: { recoveries: 0 }, detail: /1 agents? .*lost.*agent-worker\.log/ },
  ],
  'tts-failed': [{ agents: [failing(AGENT_FAILURES.tts, 'no voice "xx"')], detail: /no voice "xx".*speech provider/ }],
  'media-lost': [
    {
      ...{ agents: [lasting], detail: /LiveKit's node/ },
      async then(call) {
        await inConversation(call);
        call.livekit.vanish();
        await call.signal(MESSAGES.roomEvent, { kind: 'room-finished', at: Date.now() });
      },
    },
  ],
  'silence-timeout': [
    { flow: alone({ type: 'ask', prompt: 'Well?', expect: { kind: 'yes-no' }, on: {} }), detail: /said nothing/ },
  ],
  'http-failed': [
    {
      flow: alone({ type: 'http', method: 'GET', url: 'http://backend.example/', on: { ok: null, error: null } }),
      detail: /only.*connection refused/,
    },
  ],
  'llm-failed': [
    { flow: alone({ type: 'converse', goal: 'Talk.', exits: {}, on: { unavailable: null } }), detail: /only/ },
  ],
  'transfer-failed': [
    { flow: alone({ type: 'transfer', to: '+15550100', on: { connected: null, failed: null } }), detail: /only/ },
  ],
  'orchestrator-error': [
    { flow: flow({}, 'nowhere'), detail: /no such node/ },
    {
      flow: flow({ a: { type: 'set', values: {}, next: 'b' }, b: { type: 'set', values: {}, next: 'a' } }, 'a'),
      detail: /circle/,
    },
  ],
};

const table = Object.entries(ENDINGS).flatMap(([reason, endings]) =>
  endings.map((ending, i) => ({ reason: reason as EndedReason, way: i + 1, ...ending })),
);

describe.concurrent('every way to end', () => {
  test.each(table)('$reason ($way)', async ({ reason, then, detail, way: _way, ...scene }) => {
    const call = await world.call(scene);
    if (then) {
      await call.eventually(async () => expect(call.livekit.log).toContain('dispatchAgent 1'));
      await then(call);
    }
    const view = await call.result();
    const { fault, retryable } = ENDED_REASONS[reason];
    expect(view.ended).toMatchObject({ reason, fault, retryable, detail: expect.stringMatching(detail) });
    const { by, stages } = documented.get(reason)!;
    expect(by).toContain(view.ended!.by);
    expect([...stages, 'any']).toContain(stages.includes('any') ? 'any' : view.ended!.stage);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('is in this table, or not there yet', () => {
    expect([...Object.keys(ENDINGS), ...NOT_YET].sort()).toEqual(Object.keys(ENDED_REASONS).sort());
  });
});
