import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import winston from 'winston';
import type { CallInput, CallView, Delivery, RoomEvent } from '../../../contract/index.js';
import { buildGateway, type GatewayDeps } from '../../../gateway/app.js';
import type { Calls, StartCall } from '../../../gateway/calls/port.js';
import { loadFlows } from '../../../gateway/flows.js';
import type { OwnAgents } from '../../../gateway/own-agents/port.js';
import { Problem } from '../../../gateway/problems.js';
import type { AgentClaims } from '../../../platform/agent-token.js';
import { loadEnv } from '../../../platform/env.js';
import type { Transcripts } from '../../../platform/transcripts.js';

export const env = loadEnv({ LIVEKIT_API_KEY: 'testkey', LIVEKIT_API_SECRET: 'test-secret-of-32-characters-000' });

/** The call service port with a memory: the routes in front of it are what is tested. */
export class FakeCalls implements Calls {
  readonly started: StartCall[] = [];
  readonly told: { callId: string; event: RoomEvent }[] = [];
  readonly hungUp: { org: string; callId: string; reason?: string }[] = [];
  readonly transferred: { org: string; callId: string; to: string }[] = [];
  readonly views = new Map<string, CallView>();
  readonly listed: string[] = [];
  deliveryLog: Delivery[] = [];
  viewsAsked = 0;
  timedOut = false;
  /** What a start waits for. */
  startAnswer: Promise<void> = Promise.resolve();
  down = false;

  async start(call: StartCall) {
    this.check();
    this.started.push(call);
    await this.startAnswer;
    return { status: 'active' as const, stage: 'dispatch' as const, ...(this.timedOut && { timedOut: true as const }) };
  }

  readonly inbound: CallInput[] = [];
  /** Organisations that have no place left. */
  readonly full = new Set<string>();

  async startInbound({ input, limits }: Pick<StartCall, 'input' | 'limits'>) {
    this.check();
    if (limits && this.full.has(input.org)) throw new Problem('concurrency-limit', 'Full.');
    const isNew = this.inbound.every(({ callId }) => callId !== input.callId);
    if (isNew) this.inbound.push(input);
    return isNew;
  }

  async view(org: string, callId: string) {
    this.viewsAsked += 1;
    this.check();
    const view = this.views.get(callId);
    if (view?.org !== org) throw new Problem('call-not-found', 'There is no such call.');
    return structuredClone(view);
  }

  async deliveries(org: string, callId: string) {
    await this.view(org, callId);
    return this.deliveryLog;
  }

  async list(org: string) {
    this.check();
    this.listed.push(org);
    return { calls: [] };
  }

  async hangup(org: string, callId: string, reason?: string) {
    if (this.views.size > 0 && this.views.get(callId)?.org !== org) {
      throw new Problem('call-not-found', 'There is no such call.');
    }
    this.hungUp.push({ org, callId, ...(reason !== undefined && { reason }) });
  }

  async transfer(org: string, callId: string, to: string) {
    if (this.views.size > 0 && this.views.get(callId)?.org !== org) {
      throw new Problem('call-not-found', 'There is no such call.');
    }
    this.transferred.push({ org, callId, to });
  }

  async roomEvent(callId: string, event: RoomEvent) {
    this.check();
    this.told.push({ callId, event });
    return true;
  }

  async countActive() {
    this.check();
    return [...this.views.values()].filter(({ status }) => status === 'active').length;
  }

  async endedSince(_since: number, known: ReadonlySet<string>) {
    this.check();
    return [...this.views.values()].filter(({ callId, status }) => status === 'ended' && !known.has(callId));
  }

  async ready() {
    this.check();
  }

  private check() {
    if (this.down) throw new Problem('temporal-unavailable', 'Temporal did not answer.', { retryAfterSeconds: 2 });
  }
}

/** Remembers what own agents said, and answers what a test wants. */
export class FakeOwnAgents implements OwnAgents {
  readonly told: { message: string; who: AgentClaims; body: object }[] = [];
  wanted = true;
  start: Awaited<ReturnType<OwnAgents['ready']>> = 'later';

  private hear = async (message: string, who: AgentClaims, body: object): Promise<boolean> => {
    this.told.push({ message, who, body });
    return this.wanted;
  };
  accepted = (who: AgentClaims, body: object) => this.hear('accepted', who, body);
  alive = (who: AgentClaims, body: object) => this.hear('alive', who, body);
  failed = (who: AgentClaims, body: object) => this.hear('failed', who, body);
  done = (who: AgentClaims, body: object) => this.hear('done', who, body);

  async ready(who: AgentClaims, body: object) {
    await this.hear('ready', who, body);
    return this.start;
  }
}

/** Keeps one: call `abc` of the organisations that calls belong to here. */
export const fakeTranscripts: Transcripts = {
  keep: async () => undefined,
  read: async (org, callId) =>
    callId === 'abc' && ['acme', 'default'].includes(org)
      ? { callId, org, flowId: 'greeting', complete: true, said: [{ at: 1, node: 'n', who: 'agent', text: 'Hi' }] }
      : undefined,
  sweep: async () => 0,
};

/** A gateway with fake calls, closed after the test. */
export async function testGateway(
  deps: Partial<GatewayDeps> = {},
): Promise<{ app: FastifyInstance; calls: FakeCalls; ownAgents: FakeOwnAgents }> {
  const calls = new FakeCalls();
  const ownAgents = new FakeOwnAgents();
  const flows = await loadFlows(fileURLToPath(new URL('../../../flows', import.meta.url)));
  const app = await buildGateway({
    env,
    calls,
    ownAgents,
    flows,
    transcripts: fakeTranscripts,
    logger: winston.createLogger({ silent: true }),
    ...deps,
  });
  onTestFinished(() => app.close());
  return { app, calls, ownAgents };
}

export const callView = (overrides: Partial<CallView> = {}): CallView => ({
  callId: 'abc',
  status: 'active',
  stage: 'room',
  stageSince: 1_000,
  room: 'call-abc',
  flowId: 'greeting',
  org: 'default',
  direction: 'web',
  attempts: [],
  timeline: [
    { stage: 'admitted', at: 1_000, ms: 0 },
    { stage: 'room', at: 1_000 },
  ],
  said: [],
  ended: null,
  cleanup: [],
  ...overrides,
});

/** One endpoint of the OpenAPI document, as it describes itself. */
export interface Operation {
  /** Method and path: `GET /v1/calls/{callId}`. */
  endpoint: string;
  responses: Record<string, { content?: Record<string, unknown> }>;
  /** Parameters or a body: something that may be wrong with the request itself. */
  takesInput: boolean;
  /** Undefined: no key is asked for. */
  scope: string | undefined;
}

/** Whoever adds an endpoint adds to this: what goes through it is tested for each, without a list of names. */
export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses, requestBody, parameters, security, description }]) => {
      const scope = /Needs a key with the scope `(\w+)`/.exec(description ?? '')?.[1];
      if ((security !== undefined) !== (scope !== undefined)) throw new Error(`${path}: security without its scope`);
      const takesInput = requestBody !== undefined || (parameters?.length ?? 0) > 0;
      return { endpoint: `${method.toUpperCase()} ${path}`, responses, takesInput, scope };
    }),
  );
}

export interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        responses: Operation['responses'];
        requestBody?: object;
        parameters?: object[];
        security?: unknown;
        description?: string;
      }
    >
  >;
}

/** The document that the gateway serves, read before there is a test. */
export async function readDocument(): Promise<OpenApi> {
  const app = await buildGateway({
    env,
    calls: new FakeCalls(),
    ownAgents: new FakeOwnAgents(),
    flows: new Map(),
    logger: winston.createLogger({ silent: true }),
  });
  const document = (await app.inject('/openapi.json')).json() as OpenApi;
  await app.close();
  return document;
}
