import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { GatewayClient } from '../../client/index.js';
import { joinAsCaller } from '../../scripts/call/caller.js';
import { silenceRtcLog } from '../../platform/rtc-log.js';
import { Callers, PATIENT } from '../e2e/harness.js';
import { accessibilityProblems } from './axe.js';
import { Browser, picture } from './browser.js';

const url = inject('gatewayUrl');
const gateway = new GatewayClient({ url });
/** Waits for its caller for as long as the tests take. */
const WAITING = { flowId: 'greeting', policy: { ...PATIENT, callerMs: 600_000 } };
/** Nobody has registered under this name, so nobody accepts. */
const FAILING = { flowId: 'none', agent: { name: 'nobody' }, policy: { acceptMs: 300, dispatchAttempts: 2 } };

let browser: Browser;
let page: Page;
const ids = { failed: '', waiting: '', other: '' };

beforeAll(async () => {
  silenceRtcLog();
  ids.failed = (await gateway.start(FAILING)).callId;
  ids.waiting = (await gateway.start(WAITING)).callId;
  ids.other = (await gateway.start(WAITING)).callId;
  await gateway.follow(ids.failed, {});
  browser = await Browser.open();
  page = await browser.open(url);
  await page.setViewportSize({ width: 1280, height: 900 });
});
afterAll(async () => {
  const started = Object.values(ids).filter(Boolean);
  await Promise.all(started.map((callId) => gateway.hangup(callId)));
  await browser.close();
  await Callers.dispose();
});

const show = (hash: string) => page.goto(`${url}/${hash}`).then(() => page.reload());
const row = (callId: string) => page.locator('#history tbody tr', { hasText: callId.slice(0, 8) });
const outcome = (text: string) => page.locator('#outcome', { hasText: text }).waitFor();
const filter = (name: string, value: string) => page.locator(`#filters select[name=${name}]`).selectOption(value);
const rows = () => page.locator('#history tbody tr').count();

describe('the list', () => {
  it('is filtered; the address holds the filters', async () => {
    await show('#/calls');
    await row(ids.failed).waitFor();
    await row(ids.waiting).waitFor();
    await filter('endedReason', 'agent-unavailable');
    await row(ids.waiting).waitFor({ state: 'detached' });
    expect(await row(ids.failed).count()).toBe(1);
    expect(page.url()).toContain('endedReason=agent-unavailable');
    await page.reload();
    await row(ids.failed).waitFor();
    expect(await row(ids.waiting).count()).toBe(0);
    await filter('flowId', 'survey');
    await page.locator('.empty', { hasText: 'No call fits these filters' }).waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await filter('status', 'active');
    await row(ids.failed).waitFor({ state: 'detached' });
    await row(ids.waiting).waitFor();
    await filter('status', '');
    await row(ids.failed).waitFor();
  });

  it('comes a page at a time', async () => {
    await page.route('**/v1/calls?*', (route, request) => route.continue({ url: request.url().replace('limit=20', 'limit=2') })); // prettier-ignore
    await page.waitForFunction(() => document.querySelectorAll('#history tbody tr').length === 2);
    const first = await page.locator('#history tbody').innerText();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.locator('#page-number', { hasText: 'Page 2' }).waitFor();
    expect(await page.locator('#history tbody').innerText()).not.toContain(first.slice(0, 8));
    await page.getByRole('button', { name: 'Newer' }).click();
    await page.locator('#page-number', { hasText: 'Page 1' }).waitFor();
    expect(await rows()).toBe(2);
    await page.unroute('**/v1/calls?*');
  });

  it('says how much the agents can take', async () => {
    await page.locator('#agents-text', { hasText: /^Agents: \d+ of 20 busy$/ }).waitFor();
    await page.locator('#agents summary').click();
    await page.locator('#agents-hosts li', { hasText: 'takes calls' }).waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('#agents-hosts').isVisible()).toBe(false);
  });
});

describe('a call', () => {
  it('that failed says what to do, and shows its attempts side by side', async () => {
    await show(`#/calls/${ids.failed}`);
    await outcome('ended: agent-unavailable');
    const text = await page.locator('.outcome').innerText();
    expect(text).toContain('fault: platform');
    expect(text).toContain('What to do Check that agent hosts run');
    const [one, two] = await page.locator('.attempts li').all();
    expect(await two!.innerText()).toContain('nobody accepted');
    expect((await one!.boundingBox())!.y).toBe((await two!.boundingBox())!.y);
    expect(await page.locator('.stage.failed').getAttribute('data-stage')).toBe('dispatch');
    expect(await page.getByRole('link', { name: 'Open in Temporal' }).getAttribute('href')).toContain(ids.failed);
  });

  it('that is on shows its stages as they come, drawn in their order', async () => {
    await show('#/calls');
    await row(ids.waiting).getByRole('button').click();
    await page.locator('.stage.running[data-stage=caller]').waitFor();
    const call = await gateway.start(WAITING);
    await page.goto(`${url}/#/calls/${call.callId}`);
    await page.locator('#call-title', { hasText: call.callId }).waitFor();
    const caller = await joinAsCaller({ ...call.livekit! });
    await page.locator('.stage.running[data-stage=flow]').waitFor();
    await page.locator('.transcript', { hasText: 'Hello there' }).waitFor();
    await outcome('ended: completed');
    await caller.leave();
    // In one moment, which a locator's finding and measuring are not: the picture is drawn anew when something new is known.
    const bars = await page.evaluate(() =>
      [...document.querySelectorAll('.stage .bar')]
        .map((bar) => bar.getBoundingClientRect())
        .map(({ x, width }) => ({ x, width })),
    );
    expect(bars.length).toBeGreaterThan(4);
    const lefts = bars.map(({ x }) => x);
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
    for (const { width } of bars) expect(width).toBeGreaterThan(1);
    for (const ms of await page.locator('.stage .ms').allTextContents()) expect(ms).toMatch(/^\+?\d.* (ms|s)$/);
    expect(await page.locator('.attempts').innerText()).toMatch(/ready[\s\S]*Host[\s\S]*Job/);
  });

  it('is hung up, after it was asked whether that is meant', async () => {
    await show(`#/calls/${ids.other}`);
    const button = page.locator('#hang-up');
    await button.click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect((await gateway.view(ids.other)).status).toBe('active');
    await button.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Hang up' }).click();
    await outcome('ended: operator-canceled');
    expect((await gateway.view(ids.other)).ended).toMatchObject({ reason: 'operator-canceled', by: 'api' });
    expect(await button.isVisible()).toBe(false);
  });

  it('that there is not is said to be none', async () => {
    await show('#/calls/0000');
    await page.locator('#notice', { hasText: 'There is no such call' }).waitFor();
  });
});

describe('everybody can use it', () => {
  it('with the keyboard alone', async () => {
    await show('#/calls');
    await row(ids.failed).waitFor();
    const focused = () => page.evaluate(() => document.activeElement!.textContent!.trim());
    const first = await page.locator('#history tbody button').first().innerText();
    for (let n = 0; n < 30 && (await focused()) !== first; n++) await page.keyboard.press('Tab');
    expect(await focused()).toBe(first);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(outline).toBe('solid');
    await page.keyboard.press('ArrowDown');
    const second = await focused();
    expect(second).not.toBe(first);
    await page.keyboard.press('Enter');
    await page.locator('#call-title', { hasText: second }).waitFor();
    expect(await focused()).toBe(second); // the list goes on where it was
  });

  it.each(['light', 'dark'] as const)('axe finds nothing wrong, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(dark).toBe(colorScheme === 'dark' ? 'rgb(16, 18, 24)' : 'rgb(244, 245, 248)');
    for (const hash of ['#/calls', `#/calls/${ids.failed}`, `#/calls/${ids.waiting}`]) {
      await show(hash);
      await row(ids.failed).waitFor();
      if (hash !== '#/calls') await page.locator('.stage').first().waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      if (hash.includes(ids.failed) && colorScheme === 'light') await picture(page, 'console-failed');
      if (hash.includes(ids.waiting) && colorScheme === 'dark') await picture(page, 'console-dark');
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('on a phone: a call takes the place of the list, and nothing is wider than the screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const isTooWide = () => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    await show('#/calls');
    await row(ids.failed).waitFor();
    expect(await isTooWide()).toBe(false);
    expect(await accessibilityProblems(page)).toEqual([]);
    await row(ids.failed).getByRole('button').click();
    await outcome('ended: agent-unavailable');
    expect(await isTooWide()).toBe(false);
    expect(await page.locator('#history').isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement!.id)).toBe('call-title');
    await picture(page, 'console-phone-call');
    await page.getByRole('link', { name: 'All calls' }).click();
    await row(ids.failed).waitFor();
    expect(await page.evaluate(() => document.activeElement!.textContent)).toBe(ids.failed.slice(0, 8));
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('and nothing jumps while it is kept open', async () => {
    await show(`#/calls/${ids.failed}`);
    await outcome('ended: agent-unavailable');
    const jumped = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          const updated = document.querySelector('#updated')!;
          const first = updated.textContent;
          new MutationObserver(() => updated.textContent !== first && resolve(sum)).observe(updated, { childList: true, subtree: true, characterData: true }); // prettier-ignore
        }),
    );
    expect(jumped).toBeLessThan(0.1); // what web.dev calls good
  });

  it('had no error of its own', () => expect(browser.errors).toEqual([]));
});
