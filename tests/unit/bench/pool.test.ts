import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { lookAtPool, POOL_VARIABLE, tell } from '../../../bench/baseline/pool.js';

const folder = mkdtempSync(join(tmpdir(), 'bench-pool-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it.runIf(process.platform === 'linux')('the pool holds living processes only, and forgets the dead', async () => {
  vi.stubEnv(POOL_VARIABLE, folder);
  tell('warm');
  expect(lookAtPool(folder)).toEqual({ warm: [process.pid], 'in a call': [] });
  tell('in a call');
  const dead = spawn(process.execPath, ['-e', '']);
  await once(dead, 'exit');
  writeFileSync(join(folder, String(dead.pid)), '1 warm');
  writeFileSync(join(folder, '1'), '0 warm'); // the process id came again
  expect(lookAtPool(folder)).toEqual({ warm: [], 'in a call': [process.pid] });
  expect(readdirSync(folder)).toEqual([String(process.pid)]);
});
