import { setTimeout as sleep } from 'node:timers/promises';
import { dispose } from '@livekit/rtc-node';
import { surviveRtcFinalizer } from '../call/rtc-finalizer.js';
import { silenceRtcLog } from '../../platform/rtc-log.js';
import { parseArguments } from './args.js';
import { machine, reportMarkdown, reportText, summarize } from './report.js';
import { ROWS } from './rows/index.js';
import { runRows } from './run.js';

const DISPOSE_MS = 5_000;

/** `npm run faults`: exit 0 only when every row that was run holds. */
const args = parseArguments(
  process.argv.slice(2),
  ROWS.map(({ number }) => number),
);
silenceRtcLog();
surviveRtcFinalizer();
// The servers and parts are ended by the stack's reaper, which sees this process go.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    console.error(`${signal}: ending everything that was started`);
    process.exit(130);
  });
}

const startedAt = Date.now();
const say = (line: string) => {
  const seconds = `${Math.round((Date.now() - startedAt) / 1000)}`.padStart(5);
  (args.json ? process.stderr : process.stdout).write(`${seconds} s  ${line}\n`);
};
const rows = ROWS.filter(({ number }) => args.rows?.includes(number) ?? true);
const results = await runRows(rows, { ...args, say });
const summary = summarize(results);
const date = new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ');
say(`${date} UTC, ${machine()}, seed ${args.seed}\n\n${reportText(results)}\n`);
if (args.markdown) say(`\n\n${reportMarkdown(results)}\n`);
const { text, ...counts } = summary;
if (args.json) {
  const about = { date, machine: machine(), seed: args.seed, quick: args.quick, policy: args.policy };
  process.stdout.write(`${JSON.stringify({ ...counts, summary: text, ...about, results })}\n`);
} else process.stdout.write(`${text}\n`);
await Promise.race([dispose(), sleep(DISPOSE_MS)]); // rtc-node's threads may outlast their rooms
process.exit(summary.ok ? 0 : 1);
