import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RoomServiceClient } from 'livekit-server-sdk';
import { expect } from 'vitest';
import type { CallPolicy, CallView } from '../../contract/index.js';
import { loadEnv } from '../../platform/env.js';
import { createRoomClient } from '../../platform/livekit.js';
import { Callers, PATIENT, until } from '../e2e/harness.js';
import { type Dialling, freeUdpPort, type Login, Telephone, type Waiting } from './telephone.js';

/** The number that we call. */
export const CALLED = '+4930901820';
const PROGRAM = fileURLToPath(new URL('../../dist/scripts/phone/main.js', import.meta.url));

/** Telephones that call the running stack. */
export class Switchboard {
  readonly rooms: RoomServiceClient;
  readonly calls: Callers;
  private readonly telephones: Telephone[] = [];
  /** Where the outbound trunk leads. */
  private calledPort = 0;
  /** For `npm run phone`. */
  private login: Record<string, string> | undefined;

  constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly sipPort: number,
  ) {
    this.rooms = createRoomClient(loadEnv(env));
    this.calls = new Callers(`http://127.0.0.1:${env.GATEWAY_PORT}`, env);
  }

  /** `npm run phone -- …`; its answer with --json. */
  async phone(...args: string[]): Promise<{ ok: boolean; made: { what: string; id: string; outcome: string }[] }> {
    const env = { ...process.env, ...this.env, ...this.login };
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...args, '--json'], { env });
    return JSON.parse(stdout) as never;
  }

  /** Sets everything up; calls to phones go to those that wait here, who may want to know who calls. */
  async trunk(login?: Login): Promise<void> {
    this.calledPort ||= await freeUdpPort();
    this.login = login && { SIP_OUTBOUND_USERNAME: login.username, SIP_OUTBOUND_PASSWORD: login.password };
    await this.phone('setup', '--outbound', `127.0.0.1:${this.calledPort}`, '--number', '+4930901800');
  }

  async dial(number: string, options: Omit<Dialling, 'sipPort' | 'number'> = {}): Promise<Telephone> {
    const telephone = await Telephone.dial({ sipPort: this.sipPort, number, ...options });
    this.telephones.push(telephone);
    return telephone;
  }

  /** A telephone that we may call. */
  async waits(scenario: Waiting['scenario'], options: Omit<Waiting, 'port' | 'scenario'> = {}): Promise<Telephone> {
    const telephone = await Telephone.waits({ port: this.calledPort, scenario, ...options });
    this.telephones.push(telephone);
    return telephone;
  }

  /** Calls the telephone that waits. */
  async call(flowId: string, { policy = {}, startAt }: { policy?: Partial<CallPolicy>; startAt?: string } = {}) {
    const body = { flowId, to: { phone: CALLED }, policy: { ...PATIENT, ...policy }, ...(startAt && { startAt }) };
    return (await this.calls.create(body)).callId;
  }

  async transfer(callId: string, to: string): Promise<void> {
    const params = { path: { callId } };
    await this.calls.api.answer(this.calls.api.http.POST('/v1/calls/{callId}/transfer', { params, body: { to } }));
  }

  /** Agent processes that wait for a call. */
  async warmProcesses(): Promise<number> {
    const { hosts } = await this.calls.api.answer(this.calls.api.http.GET('/v1/agents'));
    return hosts.reduce((sum, { warm = 0 }) => sum + warm, 0);
  }

  /** What gateway, call worker and agents have written. */
  async logged(): Promise<string> {
    const { logDir } = loadEnv(this.env);
    const files = ['backend.log', 'agent-worker.log'].map((file) => readFile(`${logDir}/${file}`, 'utf8'));
    return (await Promise.all(files)).join('\n');
  }

  /** Everybody in any room. */
  async inRooms(): Promise<{ room: string; identity: string }[]> {
    const rooms = await this.rooms.listRooms();
    const each = rooms.map(async ({ name: room }) =>
      (await this.rooms.listParticipants(room)).map(({ identity }) => ({ room, identity })),
    );
    return (await Promise.all(each)).flat();
  }

  /** How a call ended; nothing of it is left. */
  async ended(callId: string): Promise<CallView> {
    const view = await this.calls.ended(callId);
    expect(view.cleanup.filter(({ ok }) => !ok)).toEqual([]);
    await this.nothingLeft();
    return view;
  }

  /** No room is left, and so nobody in one. */
  nothingLeft = (): Promise<true | undefined> =>
    until('all rooms to be gone', async () => (await this.rooms.listRooms()).length === 0 || undefined);

  async hangUpAll(): Promise<void> {
    await Promise.all(this.telephones.splice(0).map((telephone) => telephone.close()));
  }
}
