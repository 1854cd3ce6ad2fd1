import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, type Scope } from '../../gateway/auth/key.js';
import { writeKeyFile } from '../../gateway/auth/key-file.js';
import { GatewayApi } from '../../scripts/call/api.js';
import { makeCall } from '../../scripts/call/one-call.js';
import { PATIENT_STACK, startStack, type Stack } from '../support/stack.js';
import { Browser, patientCalls, soundAfterMs } from './browser.js';

const directory = mkdtempSync(join(tmpdir(), 'durable-calls-keys-'));
const file = join(directory, 'keys.json');
const made = { acme: newKey('acme', ['call', 'read'] satisfies Scope[]), other: newKey('other', ['read']) };
let stack: Stack;

beforeAll(async () => {
  writeKeyFile(file, { keys: [made.acme.key, made.other.key] });
  stack = await startStack({ env: { ...PATIENT_STACK, GATEWAY_KEYS_FILE: file } });
});
afterAll(async () => {
  await stack.stop();
  rmSync(directory, { recursive: true });
});

describe('a gateway with keys', () => {
  it('the page asks for one, and makes calls with it', async () => {
    const browser = await Browser.open();
    try {
      const page = await browser.open(stack.urls.gateway);
      await page.locator('#key').fill(made.acme.token.replace(/.{6}$/, 'wrong0'));
      await page.getByRole('button', { name: 'Use key' }).click();
      await page.locator('#notice', { hasText: 'not known here' }).waitFor();
      await page.locator('#key').fill(made.acme.token);
      await page.getByRole('button', { name: 'Use key' }).click();
      await page.locator('#flow option[value=greeting]').waitFor({ state: 'attached' });
      await patientCalls(page, 90_000);
      await page.getByRole('button', { name: 'Test Audio' }).click();
      await soundAfterMs(page);
      await page.locator('#outcome', { hasText: 'ended: completed' }).waitFor();
      expect(await page.locator('.transcript').innerText()).toContain('If you can hear me, your call works.');
      expect(await page.locator('#agents').isVisible()).toBe(false); // hosts are for admins
      expect(browser.errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it('npm run call sends one, and another organisation does not see its call', async () => {
    const url = stack.urls.gateway;
    const request = { flowId: 'greeting', variables: {}, wait: 'none' as const, timeoutMs: 100_000 };
    const api = new GatewayApi(url, made.acme.token);
    const never = new AbortController().signal;
    const result = await makeCall(api, request, () => {}, never);
    expect(result).toMatchObject({ ok: true, ended: { reason: 'completed' } });
    const soon = () => AbortSignal.timeout(20_000);
    expect((await api.view(result.callId!, soon())).org).toBe('acme');
    await expect(new GatewayApi(url, made.other.token).view(result.callId!, soon())).rejects.toThrow('404');
    await expect(new GatewayApi(url).requireFlow('greeting')).rejects.toThrow('GATEWAY_API_KEY');
  });
});
