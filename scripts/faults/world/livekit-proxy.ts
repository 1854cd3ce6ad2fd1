import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AgentDispatchClient } from 'livekit-server-sdk';

/** One request to LiveKit's API, as a rule sees it. The dispatch that a room is made with is a request of its own. */
export interface ApiRequest {
  /** CreateRoom, DeleteRoom, CreateDispatch, … */
  method: string;
  room: string;
  /** How often this method was asked for this room before, plus one. */
  nth: number;
}

/** What the proxy does to a request. Durations are milliseconds. */
export type Fault =
  /** Success is answered and nothing is done: a dispatch that LiveKit lost. */
  | { kind: 'swallow' }
  /** An error is answered and nothing is done. */
  | { kind: 'refuse'; status: number }
  /** It is done, but an error is answered. */
  | { kind: 'lie'; status: number }
  /** Nothing is done and nothing answered for so long. */
  | { kind: 'hang'; ms: number }
  /** It is done and answered so much later. */
  | { kind: 'delay'; ms: number }
  /** Success is answered at once, and it is done so much later. */
  | { kind: 'late'; ms: number };

export type Rule = (request: ApiRequest) => Fault | undefined;

export interface LiveKitProxy {
  readonly url: string;
  /** Undefined: everything passes. */
  rule: Rule | undefined;
  /** Faults done so far. */
  readonly faults: number;
  close(): Promise<void>;
}

const TWIRP_CODES: Record<number, string> = { 429: 'resource_exhausted', 503: 'unavailable' };

interface Body {
  room?: string;
  name?: string;
  names?: string[];
  agents?: { agentName: string; metadata: string }[];
}

/**
 * Stands in front of LiveKit's HTTP API (Twirp: JSON over POST) and does to it what networks and servers do.
 *
 * @param direct makes the dispatches that come late out of a room's request
 */
export async function openLiveKitProxy(
  target: string,
  direct: Pick<AgentDispatchClient, 'createDispatch'>,
): Promise<LiveKitProxy> {
  const app = Fastify({ logger: false });
  const asked = new Map<string, number>();
  const proxy = { url: '', rule: undefined as Rule | undefined, faults: 0, close: () => app.close() };
  // The bytes go on as they came.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const ask = (method: string, room: string): Fault | undefined => {
    const nth = (asked.get(`${method} ${room}`) ?? 0) + 1;
    asked.set(`${method} ${room}`, nth);
    return proxy.rule?.({ method, room, nth });
  };
  /** The body that LiveKit gets: a dispatch that is lost, or comes later, is taken out of it. */
  const bodyOf = (text: string): string => {
    const { agents, ...room } = JSON.parse(text) as Body;
    const [agent] = agents ?? [];
    const fault = agent && ask('CreateDispatch', room.name!);
    if (fault?.kind !== 'swallow' && fault?.kind !== 'late') return text;
    proxy.faults += 1;
    const { agentName, metadata } = agent!;
    if (fault.kind === 'late')
      void sleep(fault.ms).then(() =>
        direct.createDispatch(room.name!, agentName, { metadata }).catch(() => undefined),
      );
    return JSON.stringify(room);
  };
  const forward = async (request: FastifyRequest): Promise<{ status: number; text: string }> => {
    const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
    const body = bodyOf(request.body as string);
    const answer = await fetch(target + request.url, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };
  const send = (reply: FastifyReply, { status, text }: { status: number; text: string }) =>
    reply.code(status).type('application/json').send(text);
  const refusal = (status: number) => {
    const code = TWIRP_CODES[status] ?? 'internal';
    return { status, text: JSON.stringify({ code, msg: `injected ${status}` }) };
  };

  app.post('/twirp/*', async (request, reply) => {
    const method = request.url.split('/').at(-1)!;
    const body = JSON.parse(request.body as string) as Body;
    const room = body.room ?? body.name ?? body.names?.[0] ?? '';
    const fault = ask(method, room);
    if (!fault) return send(reply, await forward(request));
    proxy.faults += 1;
    switch (fault.kind) {
      case 'swallow':
        return send(reply, { status: 200, text: JSON.stringify({ id: `AD_lost_${proxy.faults}`, room }) });
      case 'refuse':
        return send(reply, refusal(fault.status));
      case 'lie':
        await forward(request);
        return send(reply, refusal(fault.status));
      case 'hang':
        await sleep(fault.ms);
        return send(reply, refusal(503));
      case 'delay':
        await sleep(fault.ms);
        return send(reply, await forward(request));
      case 'late':
        void sleep(fault.ms).then(() => forward(request).catch(() => undefined));
        return send(reply, { status: 200, text: JSON.stringify({ id: `AD_late_${proxy.faults}`, room }) });
    }
  });
  proxy.url = await app.listen({ host: '127.0.0.1', port: 0 });
  return proxy;
}
