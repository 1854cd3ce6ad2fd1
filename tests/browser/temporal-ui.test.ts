import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayClient } from '../../client/index.js';
import { callWorkflowId } from '../../contract/index.js';
import { Callers, PATIENT, until } from '../e2e/harness.js';
import { startStack, type Stack } from '../support/stack.js';
import { Browser, picture } from './browser.js';

/** Nobody has registered under this name, so nobody accepts. */
const NOBODY = { flowId: 'long', agent: { name: 'nobody' } };
const WAITING = { ...NOBODY, policy: { acceptMs: 60_000, readyMs: 120_000, setupMs: 180_000 } };
const FAILING = { ...NOBODY, policy: { acceptMs: 300, dispatchAttempts: 2 } };

const docs = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
/** Of the table in the docs: question → query. */
const recipes = new Map(
  [...docs.matchAll(/^\| (.+?) +\| `(WorkflowType=.+?)` +\|$/gm)].map(([, question, query]) => [question!, query!]),
);

let stack: Stack;
let callers: Callers;
let connection: Connection;
let client: Client;
let browser: Browser;
let page: Page;
let begun: string;
const ids = { replaced: '', failed: '', waiting: '', terminated: '', cleaning: '' };
type Kind = keyof typeof ids;

beforeAll(async () => {
  begun = new Date().toISOString();
  stack = await startStack({ env: { FLOWS_DIR: 'tests/e2e/flows' }, agentEnv: { AGENT_WARM_PROCESSES: '1' } });
  callers = new Callers(stack.urls.gateway, stack.env);
  connection = await Connection.connect({ address: stack.urls.temporal });
  client = new Client({ connection });
  browser = await Browser.open();
  page = await browser.open(stack.urls.temporalUi);
  await page.setViewportSize({ width: 1280, height: 640 });
  ids.replaced = await callWhoseAgentIsKilled();
  ids.failed = (await callers.create(FAILING)).callId;
  await callers.ended(ids.failed);
  ids.terminated = (await callers.create(WAITING)).callId;
  await client.workflow.getHandle(callWorkflowId(ids.terminated)).terminate();
  ids.cleaning = (await callers.create(WAITING)).callId;
  ids.waiting = (await callers.create(WAITING)).callId;
  await until('both to wait', async () => {
    const views = await Promise.all([callers.view(ids.cleaning), callers.view(ids.waiting)]);
    return views.every(({ stage }) => stage === 'dispatch');
  });
  // Its clean-up waits until LiveKit answers again.
  stack.livekit!.pause();
  await new GatewayClient({ url: stack.urls.gateway }).hangup(ids.cleaning);
});
afterAll(async () => {
  stack?.livekit?.resume();
  await browser?.close();
  await connection?.close();
  await callers?.leaveAll();
  await Callers.dispose();
  await stack?.stop();
});

async function callWhoseAgentIsKilled(): Promise<string> {
  const call = await callers.call({ flowId: 'long', policy: PATIENT });
  await until('the caller to hear a second of it', () => call.caller.audibleMs > 1_000);
  const { jobs } = (await (await fetch(`${stack.agents[0]!.healthUrl}/jobs`)).json()) as { jobs: { pid: number }[] };
  process.kill(jobs[0]!.pid, 'SIGKILL');
  expect((await call.ended()).ended?.reason).toBe('completed');
  return call.callId;
}

/** Later than everything so far, or earlier than everything. */
const withTimes = (query: string) =>
  query.replace(/([<>]) ".+?"/g, (_all, sign) => `${sign} "${sign === '<' ? new Date().toISOString() : begun}"`);

async function found(query: string): Promise<string[]> {
  const kinds: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: withTimes(query) }))
    kinds.push(Object.entries(ids).find(([, id]) => callWorkflowId(id) === workflowId)?.[0] ?? workflowId);
  return kinds.sort();
}

const EXPECTED: [string, Kind[]][] = [
  ['calls that wait for an agent', ['waiting']],
  ['stuck: not in conversation, and no step made', ['cleaning', 'waiting']],
  ['clean-ups that do not end (LiveKit away?)', ['cleaning']],
  ['what went wrong today, and was our fault', ['failed']],
  ['one reason', ['failed']],
  ['one agent was not enough', ['failed', 'replaced']],
  ['should be none: no clean-up was run', ['terminated']],
];

it('the recipes of docs/operating.md find the calls that they are for, and no others', async () => {
  expect([...recipes.keys()]).toEqual(EXPECTED.map(([question]) => question));
  for (const [question, kinds] of EXPECTED)
    await expect.poll(() => found(recipes.get(question)!), { message: question, timeout: 30_000 }).toEqual(kinds);
});

const workflows = () => `${stack.urls.temporalUi}/namespaces/default/workflows`;
const link = (id: string) => page.locator(`a[href*="call%2F${id}"]`).first();
const show = async (id: string, tab: string) => {
  const { runId } = await client.workflow.getHandle(callWorkflowId(id)).describe();
  await page.goto(`${workflows()}/call%2F${id}/${runId}/${tab}`);
};

it('its list, in the Web UI, says which calls are stuck, where, and since when', async () => {
  await page.goto(
    `${workflows()}?query=${encodeURIComponent(withTimes(recipes.get('stuck: not in conversation, and no step made')!))}`,
  );
  await link(ids.waiting).waitFor();
  await page.getByTestId('workflows-summary-table-configuration-button').click();
  for (const column of ['Run ID', 'Type', 'Start', 'End']) await page.getByLabel(`Remove ${column} column`).click();
  for (const column of ['CallStage', 'CallStageSince', 'CallAttempt', 'CallFlow'])
    await page.getByLabel(`Add ${column} column`, { exact: true }).click();
  await page.getByLabel('Close Workflows Table configuration').click();
  const row = (id: string) => page.locator('tr', { hasText: id });
  await row(ids.cleaning).getByText('cleanup', { exact: true }).waitFor();
  await row(ids.waiting).getByText('dispatch', { exact: true }).waitFor();
  await row(ids.waiting)
    .getByText(/^20\d\d-\d\d-\d\d UTC/)
    .waitFor();
  expect(await link(ids.failed).count()).toBe(0);
  await page.getByLabel('Collapse saved views').click();
  await picture(page, 'temporal-list');
});

it('its page of a call says why, and what to check next, without scrolling', async () => {
  await show(ids.waiting, 'user-metadata');
  // The page shows markdown in a frame of fixed height.
  const hint = page.locator('iframe').last().contentFrame().getByText('no agent worker accepts the job');
  await hint.waitFor();
  const [text, frame] = await Promise.all([hint.boundingBox(), page.locator('iframe').last().boundingBox()]);
  expect(text!.y + text!.height).toBeLessThan(frame!.y + frame!.height);
  await picture(page, 'temporal-details');
});

it('its history names every activity and timer', async () => {
  await show(ids.failed, 'history');
  for (const text of ['dispatchAgent • attempt 2', 'attempt 1 accepted?', 'longest call'])
    await page.getByText(text).first().waitFor();
  // The input and the result stand above it.
  await page
    .getByText('Event History')
    .first()
    .evaluate((heading) => heading.scrollIntoView());
  await picture(page, 'temporal-history');
});
