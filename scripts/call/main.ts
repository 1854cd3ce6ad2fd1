import { writeFile } from 'node:fs/promises';
import { dispose } from '@livekit/rtc-node';
import { GatewayError } from '../../client/index.js';
import { GatewayApi } from './api.js';
import { type Arguments, parseArguments } from './args.js';
import { type CallResult, makeCall } from './one-call.js';
import { eventLine, resultLines, summarize, summaryLine, summaryTable } from './report.js';
import { surviveRtcFinalizer } from './rtc-finalizer.js';
import { silenceRtcLog } from '../../platform/rtc-log.js';

/** `npm run call`: exit 0 only when every call ended as it should and was heard. */
async function main(args: Arguments): Promise<boolean> {
  silenceRtcLog();
  surviveRtcFinalizer();
  const say = (text: string) => (args.json ? process.stderr : process.stdout).write(`${text}\n`);
  const api = new GatewayApi(args.gateway, args.apiKey);
  const { flowId, agent } = args.request;
  if (flowId && !agent) await api.requireFlow(flowId);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());

  const started = performance.now();
  const results: CallResult[] = [];
  let next = 0;
  const caller = async () => {
    while (next < args.count && !interrupted.signal.aborted) {
      const number = ++next;
      const watch = (event: Parameters<typeof eventLine>[0]) => args.count === 1 && say(eventLine(event));
      const result = await makeCall(api, args.request, watch, interrupted.signal);
      results.push(result);
      say(
        args.count === 1 ? resultLines(result) : `[${results.length}/${args.count}] #${number} ${resultLines(result)}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(args.parallel, args.count) }, caller));

  const wav = results[0]?.wav;
  if (args.record && wav) {
    await writeFile(args.record, wav);
    say(`recorded to ${args.record}`);
  }
  const harness = ownCost(performance.now() - started);
  const summary = summarize(results);
  if (args.count > 1) say(`\n${summaryTable(summary)}`);
  say(`the callers themselves took ${harness.cpuMs} ms of CPU in ${harness.wallMs} ms (${harness.cores} cores)`);
  const ok = summary.greeted === args.count;
  if (args.json) {
    const calls = results.map(({ wav: _, ...result }) => result);
    print({ ok, flow: flowId, agent: agent?.name, gateway: args.gateway, ...summary, harness, calls });
  } else say(summaryLine(summary));
  return ok;
}

/** Callers on the machine that they measure take from what is measured: so they show their own cost. */
function ownCost(wallMs: number) {
  const { user, system } = process.cpuUsage();
  const cpuMs = Math.round((user + system) / 1000);
  return { cpuMs, wallMs: Math.round(wallMs), cores: Number((cpuMs / wallMs).toFixed(2)) };
}

const print = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);

const args = parseArguments(process.argv.slice(2), process.env);
try {
  process.exitCode = (await main(args)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof GatewayError)) throw error;
  console.error(error.message);
  if (args.json) print({ ok: false, error: error.message });
  process.exitCode = 1;
}
await dispose();
