import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Collects a handle that LiveKit's library does not know, as a room that could not be joined leaves one. */
async function collect(before: string): Promise<string> {
  const program = `
    import { FfiHandle } from '@livekit/rtc-ffi-bindings';
    import { surviveRtcFinalizer } from './dist/scripts/call/rtc-finalizer.js';
    ${before}
    (() => void new FfiHandle(123456n))();
    setTimeout(() => gc(), 10);
    setTimeout(() => { console.log('alive'); process.exit(); }, 500);`;
  const args = ['--expose-gc', '--input-type=module', '--eval', program];
  return promisify(execFile)(process.execPath, args, { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    ({ stderr }: { stderr: string }) => stderr,
  );
}

it('ends a program that does nothing about it', async () => {
  expect(await collect('')).toContain('trying to drop an invalid handle');
});

it('does not end a program that survives it', async () => {
  expect(await collect('surviveRtcFinalizer();')).toBe('alive');
});

it('other errors end the program still', async () => {
  expect(await collect(`surviveRtcFinalizer(); setTimeout(() => { throw new Error('mine'); });`)).toContain('mine');
});
