import { execFile } from 'node:child_process';
import { dispose } from '@livekit/rtc-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silenceRtcLog } from '../../platform/rtc-log.js';
import type { CaseResult } from '../../scripts/faults/row.js';
import { ROWS } from '../../scripts/faults/rows/index.js';
import { runRows } from '../../scripts/faults/run.js';

const MINUTE_MS = 60_000;

/** The short version: what is most telling of these rows. All of them run with `npm run faults`. */
const TELLING: Record<number, RegExp> = {
  1: /dropped/,
  2: /before it connects|middle of a say|in an ask|again and again/,
  5: /./,
  6: /stopped/,
  8: /hangup in stage (dispatch|flow)|cancel in stage (agent-ready|cleanup)/,
  9: /limited/,
};

describe('npm run faults', () => {
  let results: CaseResult[];

  beforeAll(async () => {
    silenceRtcLog();
    const rows = ROWS.flatMap((row) => {
      const telling = TELLING[row.number];
      return telling ? [{ ...row, cases: row.cases.filter(({ fault }) => telling.test(fault)) }] : [];
    });
    const options = { seed: 1, only: '', quick: true, soakMs: 0, policy: {} };
    results = await runRows(rows, { ...options, say: (line) => console.log(line) });
  }, 16 * MINUTE_MS);
  afterAll(() => dispose());

  it.each(Object.keys(TELLING).map(Number))('row %d holds', (number) => {
    const ofRow = results.filter(({ row }) => row === number);
    expect(ofRow.length).toBeGreaterThan(0);
    for (const { fault, shortfalls, figures, state } of ofRow)
      expect({ fault, shortfalls, figures, state }).toMatchObject({ shortfalls: [], state: 'holds' });
  });
});

describe('npm run faults -- --without', () => {
  interface Answer {
    ok: boolean;
    summary: string;
    results: CaseResult[];
  }

  const run = (...args: string[]) =>
    new Promise<{ code: number; answer: Answer }>((resolve, reject) => {
      const argv = ['dist/scripts/faults/main.js', '--quick', '--json', ...args];
      const child = execFile(process.execPath, argv, { maxBuffer: 1e8 }, (_, stdout, stderr) => {
        try {
          const last = stdout.trim().split('\n').at(-1)!;
          resolve({ code: child.exitCode ?? -1, answer: JSON.parse(last) as Answer });
        } catch {
          reject(new Error(`no answer:\n${stdout}\n${stderr}`));
        }
      });
    });

  // A suite that cannot fail is worth nothing.
  it.each([
    ['redispatch', '1', 'dropped', 'agent-unavailable'],
    ['recovery', '2', 'middle of a say', 'agent-lost'],
  ])(
    '%s: row %s falls short',
    async (what, row, only, reason) => {
      const { code, answer } = await run('--without', what, '--rows', row, '--only', only);
      expect(answer).toMatchObject({ ok: false, summary: '0 of 1 rows hold' });
      const [result] = answer.results;
      expect(result!.state).toBe('falls short');
      expect(result!.right).toBeLessThan(result!.calls);
      expect(result!.figures.join()).toContain(reason);
      // Each call ended all the same, and left nothing.
      expect(result!.terminal).toBe(result!.calls);
      expect(result!.left).toEqual({ rooms: 0, dispatches: 0, jobs: 0, workflows: 0 });
      expect(code).toBe(1);
    },
    4 * MINUTE_MS,
  );
});
