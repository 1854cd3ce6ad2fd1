import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Losses } from '../random.js';

export interface ProxyRules {
  /** Added to each request. Milliseconds. */
  latencyMs: number;
  /** Which dispatches get a success for an answer and reach nobody, as when no worker takes them. */
  lost: Losses;
}

const CREATE_ROOM = '/twirp/livekit.RoomService/CreateRoom';
const CREATE_DISPATCH = '/twirp/livekit.AgentDispatchService/CreateDispatch';
const PASSED_ON = ['authorization', 'content-type'];

/** Stands in front of LiveKit's HTTP API for everyone who orchestrates; media and agents go to LiveKit directly. */
export class LiveKitProxy {
  private rules: ProxyRules = { latencyMs: 0, lost: () => false };
  /** Rooms in order of their first dispatch, with how many they had. */
  private readonly dispatches = new Map<string, { call: number; dispatches: number }>();
  private readonly server: Server;

  constructor(private readonly liveKitUrl: string) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Calls are counted anew. */
  begin(rules: ProxyRules): void {
    this.rules = rules;
    this.dispatches.clear();
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    let body = await read(request);
    if (this.rules.latencyMs > 0) await sleep(this.rules.latencyMs);
    if (url === CREATE_DISPATCH && this.isLost((JSON.parse(body) as { room: string }).room))
      return succeed(response, body);
    if (url === CREATE_ROOM) body = this.withoutLost(body);
    const headers = Object.fromEntries(PASSED_ON.map((name) => [name, request.headers[name] as string | undefined]));
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as object;
    const answer = await fetch(this.liveKitUrl + url, { method, headers: { ...sent }, ...(body && { body }) });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  /** A dispatch that is made with the room gets lost without it. */
  private withoutLost(body: string): string {
    const { agents, ...room } = JSON.parse(body) as { name: string; agents?: object[] };
    return agents?.length && this.isLost(room.name) ? JSON.stringify(room) : body;
  }

  private isLost(room: string): boolean {
    const seen = this.dispatches.get(room) ?? { call: this.dispatches.size, dispatches: 0 };
    this.dispatches.set(room, { ...seen, dispatches: seen.dispatches + 1 });
    return this.rules.lost(seen.call, seen.dispatches);
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** What LiveKit answers in the same case: a dispatch with an id and no jobs. */
function succeed(response: ServerResponse, body: string): void {
  const { room, agent_name, agentName, metadata } = JSON.parse(body) as Record<string, string>;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ id: 'AD_lost', room, agentName: agentName ?? agent_name, metadata, state: {} }));
}
