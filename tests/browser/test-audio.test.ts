import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CallList } from '../../client/index.js';
import { Browser, patientCalls, picture, soundAfterMs } from './browser.js';

const gateway = inject('gatewayUrl');
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await Browser.open();
  page = await browser.page(gateway);
  await patientCalls(page, 90_000);
});
afterAll(() => browser.close());

const outcome = (of: Page, text: string) => of.locator('#outcome', { hasText: text }).waitFor();
const stages = (of: Page) =>
  of.locator('.stage').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-stage')));

describe('the page', () => {
  it('Test Audio: the agent is heard, and the stages are shown until the call has ended', async () => {
    await page.getByRole('button', { name: 'Test Audio' }).click();
    const heardMs = await soundAfterMs(page);
    console.log(`Test Audio: sound in the audio element ${Math.round(heardMs)} ms after the click`);
    await page.locator('.flow-graph [data-node=works][aria-current=step]').waitFor();
    await outcome(page, 'ended: completed');
    expect(await stages(page)).toEqual(
      expect.arrayContaining(['admitted', 'room', 'dispatch', 'agent-ready', 'caller', 'flow', 'cleanup', 'ended']),
    );
    for (const ms of await page.locator('.stage .ms').allTextContents()) expect(ms).toMatch(/\d (ms|s)$/);
    expect(await page.locator('.transcript').innerText()).toContain('If you can hear me, your call works.');
    await page.locator('.flow-graph [data-node=works].visited:not([aria-current])').waitFor();
    expect(await page.locator('.facts').innerText()).toMatch(/heard .* after the click/);
    const callId = await page.locator('#call-title code').innerText();
    const temporal = await page.getByRole('link', { name: 'Open in Temporal' }).getAttribute('href');
    expect(temporal).toContain(`/namespaces/default/workflows/call%2F${callId}`);
    await page.locator('#history', { hasText: callId.slice(0, 8) }).waitFor();
    expect(await page.locator('#notice').isVisible()).toBe(false);
    await picture(page, 'page');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'page-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('fits a phone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    expect(content).toBeLessThanOrEqual(screen!);
    await picture(page, 'phone');
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('×10: ten calls at once are all heard, also those that the list has no room for', async () => {
    await page.route('**/v1/calls?limit=100', async (route) => {
      const response = await route.fetch();
      const list = (await response.json()) as CallList;
      const calls = list.calls.filter(({ callId }) => /[0-7]$/.test(callId)); // about half: ids are hexadecimal
      await route.fulfill({ response, json: { ...list, calls } });
    });
    await page.getByRole('button', { name: '×10' }).click();
    await page.locator('#ten-summary', { hasText: '10 ended' }).waitFor({ timeout: 200_000 });
    const summary = await page.locator('#ten-summary').innerText();
    console.log(`×10: ${summary}`);
    const results = await page
      .locator('#ten tbody .badge')
      .evaluateAll((badges) =>
        badges.map((badge) => ({ reason: badge.textContent, detail: badge.getAttribute('title') })),
      );
    const detail = 'The flow ran to its end. Nothing to do.';
    expect(results).toEqual(Array(10).fill({ reason: 'completed', detail }));
    expect(summary).toMatch(/^10 of 10 heard the agent, .* 10 as they should$/);
    await picture(page, 'ten-calls');
    await page.unroute('**/v1/calls?limit=100');
  }, 240_000);

  it('hangs up by keyboard, and shows a call of before', async () => {
    const button = page.getByRole('button', { name: 'Test Audio' });
    await button.focus();
    await page.keyboard.press('Enter');
    await soundAfterMs(page);
    await page.getByRole('button', { name: 'Hang up' }).focus();
    await page.keyboard.press('Enter');
    await outcome(page, 'ended: operator-canceled');
    await page.locator('#test-audio:enabled').waitFor();

    const past = page.locator('#history tr', { hasText: 'completed' }).first().getByRole('button');
    const id = await past.innerText();
    await past.click();
    await page.locator('#call-title', { hasText: id }).waitFor();
    await outcome(page, 'ended: completed');
    expect(await stages(page)).toContain('flow');
  });

  it('closes a microphone that was allowed only after the call, and says nothing', async () => {
    await page.evaluate(() => {
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = (constraints) =>
        new Promise((resolve) => {
          const allow = async () => {
            const stream = await ask(constraints);
            resolve(stream);
            return stream.getAudioTracks()[0];
          };
          Object.assign(window, { allow });
        });
    });
    await page.getByRole('button', { name: 'Test Audio' }).click();
    await soundAfterMs(page);
    await page.getByRole('button', { name: 'Hang up' }).click();
    await outcome(page, 'ended: operator-canceled');
    await page.locator('#test-audio:enabled').waitFor();
    const state = await page.evaluate(async () => {
      const track = await (window as unknown as { allow: () => Promise<MediaStreamTrack> }).allow();
      for (let tries = 0; track.readyState === 'live' && tries < 100; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      return track.readyState;
    });
    expect(state).toBe('ended');
    expect(await page.locator('#notice').isVisible()).toBe(false);
    await page.reload(); // with the browser's own getUserMedia
  });

  it('had no error of its own', () => expect(browser.errors).toEqual([]));
});

describe('without a microphone', () => {
  it('a call is answered by keys and by typed text', async () => {
    const silent = await Browser.open({ microphone: false });
    try {
      const other = await silent.page(gateway);
      await patientCalls(other, 90_000);
      const at = (node: string) => other.locator(`.flow-graph [data-node=${node}][aria-current=step]`).waitFor();
      await other.locator('#flow').selectOption('survey');
      await other.getByLabel('customer').fill('c-1');
      await other.getByRole('button', { name: 'Test Audio' }).click();
      for (const before of ['greet', 'again']) {
        await other.locator(`.flow-graph [data-node=${before}].visited`).waitFor();
        await at('rate');
        await other.getByRole('group', { name: 'Keypad' }).getByRole('button', { name: '2' }).click();
      }
      await at('why');
      await other.getByLabel('Or type it').fill('Shorter queues, please.');
      await picture(other, 'page-answer');
      await other.getByRole('button', { name: 'Send' }).click();
      await other.locator('.transcript', { hasText: 'Shorter queues, please.' }).waitFor();
      await outcome(other, 'ended: completed');
      expect(await other.getByRole('group', { name: 'Keypad' }).isVisible()).toBe(false);
      expect(silent.errors).toEqual([]);
    } finally {
      await silent.close();
    }
  });

  it('the agent is heard all the same, and the page says so', async () => {
    const silent = await Browser.open({ microphone: false });
    try {
      const other = await silent.page(gateway);
      await other.getByRole('button', { name: 'Test Audio' }).click();
      await soundAfterMs(other);
      expect(await other.locator('#notice').innerText()).toContain('the agent does not hear you');
      await outcome(other, 'ended: completed');
      expect(silent.errors).toEqual([]);
    } finally {
      await silent.close();
    }
  });
});
