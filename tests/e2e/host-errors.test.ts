import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const errors = new URL('../../dist/agent/host/errors.js', import.meta.url).href;

/** An agent host's way with errors, in a process of its own, and three errors that nobody handles. */
const PROGRAM = `
  import { surviveErrors } from '${errors}';
  surviveErrors({ error: (message) => console.log(message) }, () => console.log('drains'));
  Promise.reject(new Error('of a promise'));
  setTimeout(() => { throw new Error('thrown'); }, 10);
  setTimeout(() => { throw new Error('thrown again'); }, 20);
  setTimeout(() => console.log('its calls go on'), 30);`;

it('an error that nobody handled ends no call: a rejection is logged, an exception drains the host once', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  expect(stdout.trim().split('\n')).toEqual([
    'Agent host: nobody handled an error',
    'Agent host failed',
    'drains',
    'Agent host failed',
    'its calls go on',
  ]);
});
