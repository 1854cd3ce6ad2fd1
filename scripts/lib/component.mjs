import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from './processes.mjs';
import { waitUntil } from './wait.mjs';

const RESTART_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** A component that ran for so long has earned its restarts anew. */
const STEADY_MS = 60_000;

const how = ({ code, signal, error }) => error?.message ?? (signal ? `by ${signal}` : `with exit code ${code}`);

/**
 * One part of the system as a process that can be started, stopped, killed, frozen and started again.
 * `spec`: name, command, args, env, cwd, logFile, graceMs, readyMs and `ready()`, polled until it answers true.
 * With `supervise` a part that ends unasked is started again, a bounded number of times. `crashed` is told of one that
 * ends by itself with an error, after it was ready.
 */
export function createComponent(
  spec,
  { reaper, supervise = false, onLine = () => {}, report = () => {}, crashed = () => {} } = {},
) {
  /** All runs: a killed host may leave children, which `stop` ends too. */
  const runs = [];
  let wanted = false;
  /** What never ran at all fails its start, and is not tried again. */
  let ranOnce = false;
  let restarts = 0;
  const current = () => runs.at(-1);

  const failed = (run) =>
    new Error(`${spec.name} ended ${how(run.ended)} before it was ready:\n${run.lastLines().slice(-15).join('\n')}`);

  const run = async () => {
    const startedAt = Date.now();
    const process = launch({ ...spec, reaper, onLine: (line) => onLine(spec.name, line) });
    runs.push(process);
    void process.exited.then((ended) => wanted && process === current() && onEnd(ended, startedAt));
    await waitUntil(() => spec.ready({ pid: process.pid, startedAt }), {
      what: `${spec.name}: readiness`,
      timeoutMs: spec.readyMs ?? 60_000,
      gaveUp: () => {
        if (process.ended) throw failed(process);
      },
    });
  };

  const onEnd = async (ended, startedAt) => {
    if (ranOnce && ended.code) crashed(`${spec.name} ended ${how(ended)}`);
    if (!supervise || !ranOnce) return;
    current().signalGroup('SIGKILL'); // its children serve nobody any more, and hold what the next one needs
    if (Date.now() - startedAt > STEADY_MS) restarts = 0;
    const pauseMs = RESTART_MS[restarts++];
    if (pauseMs === undefined) return report(`${spec.name} ended ${how(ended)} too often: not started again`);
    report(`${spec.name} ended ${how(ended)}: starting it again in ${pauseMs / 1000} s`);
    await sleep(pauseMs, undefined, { ref: false });
    if (!wanted) return;
    await run().then(
      () => report(`${spec.name} is back`),
      (error) => report(error.message),
    );
  };

  const start = async () => {
    wanted = true;
    await run();
    ranOnce = true;
  };
  const stop = async (options) => {
    wanted = false;
    await Promise.all(runs.map((each) => each.stop({ graceMs: spec.graceMs, ...options })));
    runs.length = 0;
  };

  return {
    name: spec.name,
    get pid() {
      return current()?.pid;
    },
    get running() {
      return current() !== undefined && current().ended === undefined;
    },
    start,
    stop,
    /** A graceful end and a new start, unless it was killed before. */
    restart: async () => {
      if (current() && current().ended === undefined) await current().stop({ graceMs: spec.graceMs });
      await start();
    },
    /** Kills the process alone, as the kernel would; its children notice by themselves. Resolves when it is gone. */
    kill: async (signal = 'SIGKILL') => {
      current().signal(signal);
      await current().exited;
    },
    /** Kills the process and its children. */
    killAll: async () => {
      current().signalGroup('SIGKILL');
      await current().exited;
    },
    /** Freezes process and children; `resume` lets them go on. */
    pause: () => current().signalGroup('SIGSTOP'),
    resume: () => current().signalGroup('SIGCONT'),
    /** `{pid, ppid, command}` of the process and its children. */
    processes: () => current()?.processes() ?? [],
    lastLines: () => current()?.lastLines() ?? [],
  };
}
