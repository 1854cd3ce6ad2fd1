import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { AgentDispatchClient } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { executions, statusOf } from '../../calls/executions.js';
import { initialAttributes } from '../../calls/attributes.js';
import { callWorkflowId } from '../../contract/index.js';
import type { CallInput } from '../../contract/index.js';
import { newKey } from '../../gateway/auth/key.js';
import { writeKeyFile } from '../../gateway/auth/key-file.js';
import type { CallList } from '../../gateway/schemas/requests.js';
import { dataConverterOf } from '../../platform/encryption/index.js';
import { loadEnv } from '../../platform/env.js';
import { Browser, picture } from '../browser/browser.js';
import { type Collector, startCollector } from '../support/collector.js';
import { script } from '../support/script.js';
import { startStack, type Stack } from '../support/stack.js';
import { startBackend, type Backend } from './backend.js';
import { Callers, PATIENT, until } from './harness.js';

/** A whole call with encryption: nothing that is said can be read where it is kept. */
const NAME = 'Zebulon';
const keyOf = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [firstKey, oldKey] = [keyOf('new'), keyOf('old')];
const folder = mkdtempSync(join(tmpdir(), 'durable-calls-encryption-'));
const flows = join(folder, 'flows');
const keyFile = join(folder, 'keys.json');
const admin = newKey('default', ['admin']);
/** What the activity's failure says. */
const ANSWERED_503 = 'the server answered 503';
const dist = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

let stack: Stack;
let callers: Callers;
let connection: Connection;
let backend: Backend;
let collector: Collector;

beforeAll(async () => {
  mkdirSync(flows);
  for (const flow of ['flows/greeting.json', 'tests/e2e/flows/backend.json'])
    copyFileSync(flow, join(flows, basename(flow)));
  writeKeyFile(keyFile, { keys: [admin.key] });
  backend = await startBackend();
  collector = await startCollector();
  stack = await startStack({
    env: {
      ENCRYPTION_KEYS: `${firstKey},${oldKey}`,
      TRANSCRIPTS_DIR: join(folder, 'transcripts'),
      FLOWS_DIR: flows,
      HTTP_ALLOW_HOSTS: backend.host,
      FLOW_CONFIG_BACKEND: `http://${backend.host}`,
      FLOW_SECRET_BACKEND: 'unspoken',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '200',
    },
  });
  callers = new Callers(stack.urls.gateway, stack.env);
  connection = await Connection.connect({ address: stack.urls.temporal });
});
afterEach(() => callers.leaveAll());
afterAll(async () => {
  await connection.close();
  await stack.stop();
  await backend.stop();
  await Callers.dispose();
  collector.close();
  rmSync(folder, { recursive: true });
});

/** Everything that is readable in an answer of Temporal's. */
function readable(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`;
  if (value instanceof Uint8Array) return `${Buffer.from(value).toString('latin1')}\n`;
  return typeof value === 'object' && value !== null ? Object.values(value).map(readable).join('') : '';
}

it('a call works, and neither its history, nor what describes it, nor LiveKit holds a word of it', async () => {
  const call = await callers.call({ flowId: 'greeting', variables: { name: NAME }, policy: PATIENT });
  const { LIVEKIT_PORT, LIVEKIT_API_KEY, LIVEKIT_API_SECRET } = stack.env;
  const livekit = new AgentDispatchClient(`http://127.0.0.1:${LIVEKIT_PORT}`, LIVEKIT_API_KEY, LIVEKIT_API_SECRET);
  const metadata = await until('LiveKit to have the dispatch', async () => {
    const [dispatch] = await livekit.listDispatch(call.created.room);
    return dispatch?.metadata || undefined;
  });
  expect(JSON.parse(metadata)).toMatchObject({
    ...{ callId: call.callId, attempt: 1, sealed: expect.stringMatching(/^new\./) },
  });
  expect(metadata).not.toContain(NAME);

  const ended = await call.ended();
  expect(ended.ended).toMatchObject({ reason: 'completed' });
  expect(ended.said[0]!.text).toContain(NAME);

  const workflow = { namespace: 'default', execution: { workflowId: callWorkflowId(call.callId) } };
  const { history } = await connection.workflowService.getWorkflowExecutionHistory(workflow);
  const described = await connection.workflowService.describeWorkflowExecution(workflow);
  const kept = readable(history?.events) + readable(described);
  expect(kept).toContain('binary/encrypted');
  const words = ended.said.flatMap(({ text }) => text.split(/\W+/)).filter((word) => word.length > 4);
  for (const word of [NAME, ...words]) expect(kept, word).not.toContain(word);

  // What was said is kept for itself, and as well hidden.
  const transcript = await until('the transcript to be complete', async () => {
    const answer = await fetch(`${stack.urls.gateway}/v1/calls/${call.callId}/transcript`);
    const found = (await answer.json()) as { complete?: boolean; said?: unknown };
    return found.complete ? found : undefined;
  });
  expect(transcript.said).toEqual(ended.said);
  expect(readFileSync(join(folder, 'transcripts', 'default', `${call.callId}.json`), 'utf8')).not.toContain(NAME);

  // The Web UI and the command line of Temporal read it by way of the gateway.
  const input = history!.events![0]!.workflowExecutionStartedEventAttributes!.input!.payloads![0]!;
  const base64 = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('base64');
  const encoded = Object.fromEntries(Object.entries(input.metadata!).map(([name, value]) => [name, base64(value)]));
  const answer = await fetch(`${stack.urls.gateway}/v1/codec/decode`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: stack.urls.temporalUi },
    body: JSON.stringify({ payloads: [{ metadata: encoded, data: base64(input.data) }] }),
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe(stack.urls.temporalUi);
  const { payloads } = (await answer.json()) as { payloads: { data: string }[] };
  expect(JSON.parse(Buffer.from(payloads[0]!.data, 'base64').toString())).toMatchObject({
    callId: call.callId,
    variables: { name: NAME },
  });
});

it('a call whose key is gone is listed with the others, and its state is known to the janitor', async () => {
  const call = await callers.call({ flowId: 'greeting', policy: PATIENT });
  const dataConverter = dataConverterOf(loadEnv({ ...stack.env, ENCRYPTION_KEYS: keyOf('gone') }));
  const gone = await new Client({ connection, dataConverter }).workflow.start('call', {
    taskQueue: 'nobody',
    workflowId: callWorkflowId('gone'),
    typedSearchAttributes: initialAttributes({
      org: 'default',
      flow: { id: 'greeting' },
      direction: 'web',
    } as CallInput),
    memo: { requestHash: 'none' },
  });
  const listed = async () => {
    const answer = await fetch(`${stack.urls.gateway}/v1/calls?status=active`);
    expect(answer.status).toBe(200);
    return ((await answer.json()) as CallList).calls.map(({ callId }) => callId);
  };
  await until('both to be listed', async () => (await listed()).length >= 2);
  expect(new Set(await listed())).toEqual(new Set([call.callId, 'gone']));

  const janitor = new Client({ connection, dataConverter: dataConverterOf(loadEnv(stack.env)) });
  const found: string[] = [];
  for await (const { workflowId } of executions(janitor, "ExecutionStatus = 'Running' AND CallOrg = 'default'"))
    found.push(workflowId);
  expect(found).toContain(gone.workflowId);
  expect(await statusOf(janitor, gone.workflowId)).toBe('RUNNING');
  await call.ended();

  await gone.terminate(); // and away with it: what cannot be read cannot be replayed at the end
  const workflowExecution = { workflowId: gone.workflowId };
  await connection.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution });
  await until('it to be forgotten', async () => (await statusOf(janitor, gone.workflowId)) === undefined);
});

/** Why something failed may quote what was said. */
it("what failures say is hidden, too, and is read with Temporal's command line by those who have an admin key", async () => {
  const call = await callers.call({ flowId: 'backend', variables: { path: 'broken', name: NAME }, policy: PATIENT });
  expect((await call.ended()).ended).toMatchObject({ reason: 'completed', outcome: 'failed' });
  const workflow = { namespace: 'default', execution: { workflowId: callWorkflowId(call.callId) } };
  const { history } = await connection.workflowService.getWorkflowExecutionHistory(workflow);
  const kept = readable(history);
  expect(kept).toContain('Encoded failure');
  expect(kept).not.toContain(ANSWERED_503);

  const guarded = await stack.startGateway({ GATEWAY_KEYS_FILE: keyFile });
  const shown = await temporalShow(call.callId, '--codec-endpoint', `${guarded.url}/v1/codec`, '--codec-auth', `Bearer ${admin.token}`); // prettier-ignore
  expect(shown).toContain(NAME);
  expect(shown).toContain(ANSWERED_503);
  const refused = await temporalShow(call.callId, '--codec-endpoint', `${guarded.url}/v1/codec`);
  expect(refused).not.toContain(NAME);
});

it("Temporal's Web UI shows it by way of the gateway", async () => {
  const call = await callers.call({ flowId: 'backend', variables: { path: 'broken', name: NAME }, policy: PATIENT });
  await call.ended();
  const browser = await Browser.open();
  try {
    const history = `${stack.urls.temporalUi}/namespaces/default/workflows/${encodeURIComponent(callWorkflowId(call.callId))}`;
    const page = await browser.open(history);
    await page.getByText('encryption-key-id').first().waitFor();
    await page.getByRole('button', { name: 'Configure Codec Server' }).click();
    await page.getByPlaceholder('Paste your endpoint here').fill(`${stack.urls.gateway}/v1/codec`);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.reload();
    await page.getByText(call.created.room).first().waitFor();
    await page.getByText('sendRequest').first().click();
    await page.getByText(NAME).first().waitFor();
    await page.getByText(ANSWERED_503).first().waitFor();
    await picture(page, 'temporal-decrypted');
  } finally {
    await browser.close();
  }
});

/** What `temporal workflow show` prints, its errors included. */
async function temporalShow(callId: string, ...options: string[]): Promise<string> {
  const { requireBinary } = await script('binaries.mjs');
  const where = ['--address', stack.urls.temporal, '-w', callWorkflowId(callId), '--detailed'];
  return new Promise((resolve) => {
    execFile(requireBinary('temporal'), ['workflow', 'show', ...where, ...options], (_error, out, errors) =>
      resolve(out + errors),
    );
  });
}

it('its trace is whole: the context passes through the encryption, and no span tells what was said', async () => {
  const { callId, ended } = await callers.call({ flowId: 'greeting', variables: { name: NAME }, policy: PATIENT });
  await ended();
  const spans = await until('its trace', () => {
    const request = collector.spans.find(
      ({ name, attributes }) => name === 'call' && readable(attributes).includes(callId),
    );
    const whole = collector.spans.filter(({ traceId }) => traceId === request?.traceId);
    const names = whole.map(({ name }) => name);
    const parts = ['POST /v1/calls', 'createRoom', 'startFlow', 'agent job', 'deleteRoom'];
    return parts.every((part) => names.includes(part)) ? whole : undefined;
  });
  const one = (name: string) => spans.find((span) => span.name === name)!;
  expect(one('call').parentSpanId).toBe(one('POST /v1/calls').spanId);
  for (const activity of ['createRoom', 'startFlow', 'deleteRoom'])
    expect(one(activity).parentSpanId).toBe(one('call').spanId);
  expect(one('agent job').parentSpanId).toBe(one('createRoom').spanId);
  expect(readable(spans)).not.toContain(NAME);
});

const run = async (path: string, keys: string) => {
  const { freePorts } = await script('ports.mjs');
  const [port, healthPort, gatewayPort] = (await freePorts(3)) as number[];
  const env = {
    ...stack.env,
    ...{
      ENCRYPTION_KEYS: keys,
      GATEWAY_PORT: `${gatewayPort}`,
      AGENT_PORT: `${port}`,
      AGENT_HEALTH_PORT: `${healthPort}`,
    },
  };
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [dist(path)], { env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error?.code, output: stdout + stderr }),
    );
  });
};

it.each([
  ['gateway/main.js', keyOf('new'), 'is not the one'],
  ['workers/main.js', keyOf('other'), 'does not have'],
  ['agent/main.js', '', 'it has: none'],
])('%s does not start with other keys, and says why', async (path, keys, why) => {
  const { code, output } = await run(path, keys);
  expect(code).toBe(1);
  expect(output).toContain(why);
  expect(output).toContain('ENCRYPTION_KEYS');
});
