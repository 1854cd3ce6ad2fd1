import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataConverterOf } from '../../platform/encryption/index.js';
import { loadEnv } from '../../platform/env.js';
import { createSipClient } from '../../platform/livekit.js';
import type { Patient } from '../../scripts/doctor/check.js';
import { CHECKS } from '../../scripts/doctor/checks/index.js';
import { examine, type Finding } from '../../scripts/doctor/examine.js';
import { setUpOutbound } from '../../scripts/phone/outbound.js';
import { setUpInbound } from '../../scripts/phone/setup.js';
import { script } from '../support/script.js';
import { startStack, type Stack } from '../support/stack.js';
import { Callers, PATIENT, until } from './harness.js';

const PROGRAM = new URL('../../dist/scripts/doctor/main.js', import.meta.url).pathname;
/** Nobody listens there. */
const NOWHERE = '127.0.0.1:9';
/** Why there is no LiveKit SIP here; undefined where there is. */
const noPhones: string | undefined = (await script('phone.mjs')).phoneProblem();

describe('npm run doctor', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ phone: noPhones === undefined, agentEnv: { MAX_CONCURRENT_JOBS: '1' } });
  });
  afterAll(async () => {
    await Callers.dispose();
    await stack?.stop();
  });

  interface Ill extends Partial<Pick<Patient, 'gatewayUrl' | 'agentUrls' | 'now'>> {
    env?: Record<string, string>;
    /** These checks alone. */
    only?: string[];
  }

  /** What the checks find, by their names. */
  async function look({ env = {}, only, ...ill }: Ill = {}): Promise<Record<string, Finding>> {
    const patient = {
      env: loadEnv({ ...stack.env, ...env }),
      gatewayUrl: stack.urls.gateway,
      agentUrls: stack.agents.map(({ healthUrl }) => healthUrl),
      now: Date.now,
      ...ill,
    } as Patient;
    try {
      const checks = CHECKS.filter(({ id }) => only?.includes(id) ?? true);
      return Object.fromEntries((await examine(checks, patient)).map((finding) => [finding.id, finding]));
    } finally {
      await patient.client?.connection.close();
    }
  }

  const failed = (seen: RegExp, todo: RegExp) => ({
    status: 'failed',
    seen: expect.stringMatching(seen),
    todo: expect.stringMatching(todo),
  });
  const skipped = (because: string) => ({ status: 'skipped', seen: expect.stringContaining(because) });

  async function client() {
    const { connectTemporal } = await import('../../platform/temporal.js');
    return connectTemporal(loadEnv(stack.env));
  }

  const doctor = (args: string[], env: Record<string, string> = {}) =>
    promisify(execFile)(process.execPath, [PROGRAM, ...args], { env: { ...stack.env, ...env } }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    );

  it('finds everything well on a running system, and says so to people and programs', async () => {
    const { code, stdout } = await doctor(['--agent', stack.agents[0]!.healthUrl, '--json']);
    const { ok, checks } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { ok: boolean; checks: Finding[] };
    expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(checks.find(({ id }) => id === 'versions')?.seen).toMatch(/temporal 1\.\d+\.\d+.*livekit 1\.\d+\.\d+/);
    const people = await doctor(['--agent', stack.agents[0]!.healthUrl]);
    expect(people.code).toBe(0);
    expect(people.stdout.trim().split('\n').at(-1)).toMatch(/^(\d+) of \1 checks are well/);
  });

  it('one thing that is not well is an exit code, and the last line still the summary', async () => {
    const { code, stdout } = await doctor([], { AGENT_HEALTH_URLS: `http://${NOWHERE}` });
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED agents .*\n +→ Start an agent host/);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^\d+ of \d+ checks are well/);
  });

  it('a configuration that does not fit is told as an object, too', async () => {
    const { code, stdout } = await doctor(['--json'], { LIVEKIT_API_SECRET: 'short' });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: expect.stringContaining('LIVEKIT_API_SECRET') });
  });

  it('temporal: no server, no namespace; what needs it is skipped', async () => {
    const away = await look({ env: { TEMPORAL_ADDRESS: NOWHERE } });
    expect(away.temporal).toMatchObject(failed(/does not answer/, /TEMPORAL_ADDRESS/));
    expect(away['call-worker']).toMatchObject(skipped('temporal'));
    const { temporal } = await look({ env: { TEMPORAL_NAMESPACE: 'nobodys' } });
    expect(temporal).toMatchObject(failed(/no namespace nobodys/, /namespace create nobodys/));
  });

  it('search attributes, call worker: a namespace where neither is', async () => {
    const { client: temporal, connection } = await client();
    await temporal.workflowService.registerNamespace({
      namespace: 'empty',
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await until('the new namespace', async () => {
      const found = await look({ env: { TEMPORAL_NAMESPACE: 'empty' } });
      if (found.temporal!.status !== 'ok') return undefined;
      expect(found['search-attributes']).toMatchObject(
        failed(
          /CallStage is missing.*CallAttempt is missing/,
          /search-attribute create .*--name CallStage --type Keyword/,
        ),
      );
      expect(found['call-worker']).toMatchObject(failed(/nobody takes workflows/, /Start a call worker/));
      expect(found.janitor).toMatchObject(skipped('call-worker'));
      // The host polls in another namespace.
      expect(found.agents).toMatchObject(failed(/does not take activities/, /TEMPORAL_NAMESPACE/));
      return true;
    });
    await connection.close();
  });

  it('janitor: paused, not there, or long ago', async () => {
    const { client: temporal, connection } = await client();
    const handle = temporal.schedule.getHandle('reconcile');
    await handle.pause();
    expect((await look()).janitor).toMatchObject(failed(/paused/, /schedule toggle/));
    await handle.unpause();
    const later = () => Date.now() + 600_000;
    const { janitor: late } = await look({ only: ['temporal', 'janitor'], now: later });
    expect(late).toMatchObject(failed(/last round .* ago/, /does a round hang/));
    await handle.delete();
    expect((await look()).janitor).toMatchObject(failed(/no schedule/, /call worker makes it/));

    const keyOf = (id: string) => ({ ENCRYPTION_KEYS: `${id}:${randomBytes(32).toString('base64')}` });
    const ours = keyOf('ours');
    const dataConverter = dataConverterOf(loadEnv({ ...stack.env, ...ours }));
    const encrypted = await new Client({ connection, dataConverter }).schedule.create({
      scheduleId: 'reconcile',
      spec: { intervals: [{ every: '1 hour' }] },
      action: { type: 'startWorkflow', workflowType: 'reconcile', taskQueue: 'nobody', args: ['hidden'] },
    });
    expect((await look({ env: ours })).janitor).toMatchObject({ status: 'ok' });
    for (const other of [keyOf('ours'), keyOf('other'), {}])
      expect((await look({ env: other })).janitor).toMatchObject(failed(/reconcile.* key "ours"/, /ENCRYPTION_KEYS/));
    await encrypted.delete();
    await connection.close();
    await stack.worker.restart();
    expect((await look()).janitor).toMatchObject({ status: 'ok' });
  });

  it('livekit: no server, another key', async () => {
    const away = await look({ env: { LIVEKIT_URL: `ws://${NOWHERE}` } });
    expect(away.livekit).toMatchObject(failed(/does not answer/, /LIVEKIT_URL/));
    expect(away.webhooks).toMatchObject(skipped('livekit'));
    const { livekit } = await look({ env: { LIVEKIT_API_SECRET: 'another-secret-of-32-characters-0000' } });
    expect(livekit).toMatchObject(failed(/refuses the API key/, /must be a pair/));
  });

  it('gateway: not there, or something else', async () => {
    const { gateway } = await look({ gatewayUrl: `http://${NOWHERE}` });
    expect(gateway).toMatchObject(failed(/does not answer/, /Start the gateway/));
    const other = await look({ gatewayUrl: stack.urls.livekit.replace('ws', 'http') });
    expect(other.gateway).toMatchObject(failed(/answers 404/, /Is this the gateway/));
  });

  it('webhooks: a gateway that LiveKit does not know', async () => {
    const unknown = await stack.startGateway();
    const { gateway, webhooks } = await look({ gatewayUrl: unknown.url });
    expect(gateway!.status).toBe('ok');
    expect(webhooks).toMatchObject(failed(/no webhook .* came/, /urls: \[<gateway>/));
    await unknown.stop();
  });

  it('sip: no phones, a file that does not fit, a LiveKit without Redis', async () => {
    const file = join(stack.dataDir, 'no-numbers.json');
    const sip = async (env: Record<string, string>) => (await look({ only: ['livekit', 'sip'], env })).sip;
    writeFileSync(file, '{}');
    expect(await sip({ PHONE_NUMBERS_FILE: file })).toMatchObject(skipped('no phone numbers'));
    writeFileSync(file, '{');
    expect(await sip({ PHONE_NUMBERS_FILE: file })).toMatchObject(failed(/cannot be read/, /PHONE_NUMBERS_FILE/));
    if (noPhones) expect(await sip({ PHONE_ALLOW: '+' })).toMatchObject(failed(/does not list/, /Redis/));
  });

  describe.skipIf(noPhones)('sip:', () => {
    const number = '+15550100';
    const sip = async (env: Record<string, string>) => (await look({ only: ['livekit', 'sip'], env })).sip;

    it('numbers that LiveKit does not know, a dispatch rule that is gone, or the one for other numbers', async () => {
      const file = join(stack.dataDir, 'numbers.json');
      writeFileSync(file, JSON.stringify({ [number]: { flow: 'greeting' } }));
      const inbound = () => sip({ PHONE_NUMBERS_FILE: file });
      const unknown = await inbound();
      expect(unknown).toMatchObject(failed(/no inbound trunk for 1 of 1 number$/, /phone -- setup/));
      expect(JSON.stringify(unknown)).not.toContain('5550100');
      const client = createSipClient(loadEnv(stack.env));
      const setUp = async (what: string) => {
        const made = await setUpInbound(client, { namespace: 'default', numbers: [number], allow: [] });
        return made.find((each) => each.what === what)!.id;
      };
      const [rule, others] = [await setUp('dispatch rule'), await setUp('rule for other numbers')];
      expect(await inbound()).toMatchObject({ status: 'ok', seen: expect.stringContaining('1 number') });
      await client.deleteSipDispatchRule(rule);
      expect(await inbound()).toMatchObject(failed(/no dispatch rule for the inbound trunk/, /phone -- setup/));
      await setUp('dispatch rule');
      await client.deleteSipDispatchRule(others);
      expect(await inbound()).toMatchObject(failed(/no rule for other numbers/, /phone -- setup/));
    });

    it('phones that may be called without a trunk, or by one that is not there', async () => {
      const outbound = (more = {}) => sip({ PHONE_ALLOW: '+4930', ...more });
      expect(await outbound()).toMatchObject(failed(/no outbound trunk$/, /setup --outbound/));
      const carrier = { address: '127.0.0.1:5080', numbers: ['+4930901800'], authUsername: '', authPassword: '' };
      await setUpOutbound(createSipClient(loadEnv(stack.env)), carrier);
      expect(await outbound()).toMatchObject({ status: 'ok', seen: 'outbound trunk' });
      const wrong = await outbound({ SIP_OUTBOUND_TRUNK_ID: 'ST_gone' });
      expect(wrong).toMatchObject(failed(/no outbound trunk ST_gone/, /SIP_OUTBOUND_TRUNK_ID/));
    });
  });

  it('agents: not there, no agent host, no place free', async () => {
    expect((await look({ agentUrls: [`http://${NOWHERE}`] })).agents).toMatchObject(
      failed(/does not answer/, /Start an agent host/),
    );
    expect((await look({ agentUrls: [stack.urls.gateway] })).agents).toMatchObject(
      failed(/not as an agent host/, /--agent/),
    );
    const callers = new Callers(stack.urls.gateway, stack.env);
    const { callId, view } = await callers.call({ flowId: 'greeting', policy: { ...PATIENT, callerMs: 600_000 } });
    await until('the place to be taken', async () => (await view()).attempts.at(-1)?.jobId);
    expect((await look()).agents).toMatchObject(failed(/all 1 places .* taken/, /another agent host/));
    await callers.api.hangup(callId);
    await callers.leaveAll();
    await callers.ended(callId);
  });

  it('clocks: ours is another', async () => {
    const { clocks } = await look({ now: () => Date.now() + 30_000 });
    expect(clocks).toMatchObject(failed(/Temporal is (29|30)\.\d s behind ours.*LiveKit .*gateway .*host/, /NTP/));
  });

  it('versions: an older LiveKit than the tested', async () => {
    const old = { ok: true, hostId: 'old', problems: [], warm: 1, capacity: { max: 1, active: 0, free: 1 } };
    const server = createServer((_request, response) => {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ ...old, livekit: { version: '1.4.3' } }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await look({ agentUrls: [url] })).versions).toMatchObject(failed(/livekit 1\.4\.3 is older/, /Upgrade/));
    server.closeAllConnections();
    server.close();
  });
});
