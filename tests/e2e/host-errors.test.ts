import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const shutdown = new URL('../../dist/agent/host/shutdown.js', import.meta.url).href;

/** An agent host's end, in a process of its own whose calls take `callsMs`. */
async function host({ drainMs = 60_000, callsMs = 200 }, events: string) {
  const program = `
    import { drainAtEnd } from '${shutdown}';
    import { setTimeout as sleep } from 'node:timers/promises';
    let during = () => undefined;
    drainAtEnd({ error: (message) => console.log(message) }, ${drainMs}, async (cause) => {
      console.log('drains: ' + cause);
      setImmediate(during);
      await sleep(${callsMs});
      console.log('its calls are over');
    });
    const alive = setTimeout(() => undefined, 60_000);
    const signal = () => process.kill(process.pid, 'SIGTERM');
    const fail = (why) => { throw new Error(why); };
    ${events}`;
  const args = ['--input-type=module', '-e', program];
  const ended = promisify(execFile)(process.execPath, args).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
  );
  const { stdout, code } = await ended;
  return { code, said: stdout.trim().split('\n') };
}

it('an error that nobody handled ends no call: a rejection is logged, an exception drains the host once', async () => {
  const { said, code } = await host(
    {},
    `
    Promise.reject(new Error('of a promise'));
    setTimeout(fail, 10, 'thrown');
    setTimeout(fail, 20, 'thrown again');`,
  );
  expect(said).toEqual([
    'Agent host: nobody handled an error',
    'Agent host failed',
    'drains: an exception',
    'Agent host failed',
    'its calls are over',
  ]);
  expect(code).toBe(1);
});

it('a signal during the drain after an exception cuts no call', async () => {
  expect(await host({}, `during = signal; setImmediate(fail, 'thrown');`)).toEqual({
    said: ['Agent host failed', 'drains: an exception', 'its calls are over'],
    code: 1,
  });
});

it('an exception during the drain after a signal cuts no call', async () => {
  expect(await host({}, `during = () => fail('thrown'); signal();`)).toEqual({
    said: ['drains: SIGTERM', 'Agent host failed', 'its calls are over'],
    code: 1,
  });
});

it('a second signal ends it at once', async () => {
  expect(await host({ callsMs: 30_000 }, `during = signal; signal();`)).toEqual({
    said: ['drains: SIGTERM'],
    code: 1,
  });
});

it('the longest drain there may be is one', async () => {
  expect(await host({ drainMs: 2 ** 31 - 1 }, 'signal();')).toEqual({
    said: ['drains: SIGTERM', 'its calls are over'],
    code: 0,
  });
});
