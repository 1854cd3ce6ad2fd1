import { fork } from 'node:child_process';
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Something of the framework (agents 1.9.0) that it does not export. */
export const frameworkFile = (path: string): string => new URL(path, import.meta.resolve('@livekit/agents')).href;

/**
 * MiB of V8's youngest objects, of which it keeps three. With its default of 16 each process that waits for a call holds
 * 30 MiB of garbage from loading: measured, 66 MiB a process instead of 96, at the same CPU until the agent speaks.
 */
export const SMALL_HEAP = '--max-semi-space-size=4';

const ours = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What a job process runs: file by file, as the framework's plugins must share its own; else from bundles. */
const FILES = {
  process: ours('../job/process.js'),
  agent: ours('../job/main.js'),
  framework: fileURLToPath(frameworkFile('./ipc/job_proc_lazy_main.js')),
};
const BUNDLED: typeof FILES = {
  process: ours('../bundle/process.js'),
  agent: ours('../bundle/main.js'),
  framework: ours('../bundle/framework.js'),
};

/**
 * Has the framework fork job processes that ask before they load (`job/process.ts`). From bundles (rolldown.config.ts)
 * loading takes half a second of CPU, not a whole one: the framework's imports alone are 1,700 files.
 *
 * @param plugins whether a plugin of the framework is in use
 * @throws when a file is missing, or the framework is another one
 */
export async function forkJobs(plugins: boolean): Promise<{ agent: string }> {
  const files = plugins ? FILES : BUNDLED;
  for (const file of Object.values(files))
    await access(file).catch(() => {
      throw new Error(`${file} is missing, no call could be served: npm run build`);
    });
  const { JobProcExecutor } = (await import(frameworkFile('./ipc/job_proc_executor.js'))) as {
    JobProcExecutor: { prototype: { createProcess: () => unknown } };
  };
  if (typeof JobProcExecutor.prototype.createProcess !== 'function')
    throw new Error('This is not the @livekit/agents of package-lock.json: npm ci');
  JobProcExecutor.prototype.createProcess = () =>
    fork(files.process, [files.agent, files.framework], { execArgv: [...process.execArgv, SMALL_HEAP] });
  return files;
}
