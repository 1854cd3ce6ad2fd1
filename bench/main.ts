import { parseArguments } from './args.js';
import { Parts } from './measure/parts.js';
import { plots } from './report/plots.js';
import { readResults, savePlots, saveResults, saveTables } from './report/files.js';
import { goals } from './report/goals.js';
import { lastLine, markdown, ourLost, summary } from './report/tables.js';
import { isWhole, planOf } from './plan.js';
import { Refusal } from './refusal.js';
import { run } from './run.js';
import type { Results } from './types.js';

/** Above this one-minute load others work on the machine too, and the numbers are about them as well. */
const QUIET_LOAD = 1.5;

/** `npm run bench`: exit 0 when it ran to its end and none of our calls was lost. Goals are printed, not enforced. */
const args = parseArguments(process.argv.slice(2));
const say = (text: string) => void (args.json ? process.stderr : process.stdout).write(`${text}\n`);
const parts = new Parts();

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true; // what fails from now on says nothing
    say(`${signal}: ending everything that was started`);
    void parts.close().finally(() => process.exit(130));
  });
}

async function measure(): Promise<Results> {
  const results = await run(args, planOf(args), say, saveResults, parts);
  say(`results: ${await saveResults(results)}`);
  return results;
}

/** A part of the whole is for whoever asked for it; the documentation shows whole runs. */
async function document(results: Results): Promise<void> {
  const whole = isWhole(results);
  const paths = await savePlots(whole ? 'docs/images' : 'bench/results', await plots(results));
  if (whole) await saveTables(markdown(results));
  say(`plots: ${paths.join(', ') || 'none'}; docs/benchmark.md ${whole ? 'shows this run' : 'is as it was'}`);
}

async function main(): Promise<boolean> {
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
  return ok;
}

function failed(error: unknown): boolean {
  if (interrupted) return false;
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  console.error(error instanceof Refusal ? message : stack);
  if (args.json) process.stdout.write(`${JSON.stringify({ ok: false, error: message })}\n`);
  return false;
}

const ok = await main().catch(failed);
await parts.close();
if (!interrupted) process.exit(ok ? 0 : 1); // whatever still waits for something that is gone
