import { isMainThread } from 'node:worker_threads';

/**
 * Runs in a job process before everything else (`node --import`): loading the agents framework takes a second of CPU,
 * and the calls that are being set up need it more. Threads of a job inherit the option, and have nothing to wait for.
 */
if (isMainThread) {
  const [{ host }, { mayLoad }] = await Promise.all([import('./host.js'), import('../relay/protocol.js')]);
  await host.sendRequest(mayLoad);
}
