import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import type { StartCallBody } from '../../gateway/schemas/requests.js';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream'],
  '--autoplay-policy=no-user-gesture-required',
];
const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));

interface BrowserOptions {
  /** False: the person, or the browser, says no. */
  microphone?: boolean;
}

/** A real Chromium with a fake microphone and a profile of its own. */
export class Browser {
  private constructor(
    private readonly context: BrowserContext,
    private readonly profile: string,
    /** What went wrong in the page without anybody catching it. */
    readonly errors: string[],
  ) {}

  static async open({ microphone = true }: BrowserOptions = {}): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'durable-calls-chromium-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env.CHROMIUM_PATH?.trim() || '/usr/bin/chromium',
      headless: true,
      args: [...FLAGS, ...(microphone ? ['--use-fake-ui-for-media-stream'] : ['--deny-permission-prompts'])],
      viewport: { width: 1280, height: 900 },
    });
    const errors: string[] = [];
    context.on('weberror', (error) => errors.push(String(error.error())));
    context.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) errors.push(message.text());
    });
    return new Browser(context, profile, errors);
  }

  async open(url: string): Promise<Page> {
    const page = this.context.pages()[0] ?? (await this.context.newPage());
    page.setDefaultTimeout(60_000);
    await page.goto(url);
    return page;
  }

  /** The page, ready to make calls. */
  async page(url: string): Promise<Page> {
    const page = await this.open(url);
    await page.locator('#flow option[value=greeting]').waitFor({ state: 'attached' });
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Gives the agents of the page's calls more time: ten browsers' worth of work may share two busy cores with them. */
export const patientCalls = (page: Page, readyMs: number): Promise<unknown> =>
  page.route('**/v1/calls', async (route, request) => {
    if (request.method() !== 'POST') return route.continue();
    const body = request.postDataJSON() as StartCallBody;
    const policy = { ...body.policy, readyMs };
    await route.continue({ postData: JSON.stringify({ ...body, policy } satisfies StartCallBody) });
  });

/** Milliseconds until the page's audio element carries sound, measured from now on its own stream. */
export const soundAfterMs = (page: Page, limitMs = 60_000): Promise<number> =>
  page.evaluate(async (limit) => {
    const audible = 0.01; // root mean square; silence stays far below
    const began = performance.now();
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    let stream: MediaStream | undefined;
    while (performance.now() - began < limit) {
      const { srcObject } = document.querySelector<HTMLAudioElement>('#agent-audio')!;
      if (srcObject instanceof MediaStream && srcObject !== stream) {
        stream = srcObject;
        context.createMediaStreamSource(stream).connect(analyser);
      }
      analyser.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      if (level > audible) return performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the audio element stayed silent for ${limit} ms`);
  }, limitMs);

/** Pictures for the README are made on purpose only: UPDATE_SCREENSHOTS=1. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return;
  mkdirSync(IMAGES, { recursive: true });
  await page.screenshot({ path: join(IMAGES, `${name}.png`), fullPage: true });
}
