import { parseArguments } from './args.js';
import { plots } from './report/plots.js';
import { readResults, savePlots, saveResults, saveTables } from './report/files.js';
import { goals } from './report/goals.js';
import { lastLine, markdown, ourLost, summary } from './report/tables.js';
import { planOf } from './plan.js';
import { type Closing, run } from './run.js';
import type { Results } from './types.js';

/** Above this one-minute load others work on the machine too, and the numbers are about them as well. */
const QUIET_LOAD = 1.5;

/** `npm run bench`: exit 0 when it ran to its end and none of our calls was lost. Goals are printed, not enforced. */
const args = parseArguments(process.argv.slice(2));
const say = (text: string) => void (args.json ? process.stderr : process.stdout).write(`${text}\n`);
const closing: Closing = [];

async function closeAll(): Promise<void> {
  while (closing.length > 0)
    await closing
      .pop()!
      .close()
      .catch(() => undefined);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeAll().finally(() => process.exit(130)));

async function measure(): Promise<Results> {
  const results = await run(args, planOf(args), say, saveResults, closing);
  say(`results: ${await saveResults(results)}`);
  return results;
}

/** A part of the whole is for whoever asked for it; the documentation shows whole runs. */
async function document(results: Results): Promise<void> {
  const whole = args.render !== undefined || !(args.quick || args.only || args.rounds);
  const paths = await savePlots(whole ? 'docs/images' : 'bench/results', await plots(results));
  if (whole) await saveTables(markdown(results));
  say(`plots: ${paths.join(', ') || 'none'}`);
}

try {
  const results = args.render ? await readResults(args.render) : await measure();
  await document(results);
  say(summary(results));
  if (results.machine.loadBefore > QUIET_LOAD)
    say(
      `\nThe machine was busy before it began (load ${results.machine.loadBefore.toFixed(2)}): run it again when it is quiet.`,
    );
  const ok = ourLost(results) === 0;
  if (args.json) process.stdout.write(`${JSON.stringify({ ok, goals: goals(results), ...results })}\n`);
  else say(`\n${lastLine(results)}`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(message);
  if (args.json) process.stdout.write(`${JSON.stringify({ ok: false, error: message })}\n`);
  process.exitCode = 1;
} finally {
  await closeAll();
}
