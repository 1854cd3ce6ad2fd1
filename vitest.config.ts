import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { isRtcFinalizer } from './scripts/call/rtc-finalizer.js';

const MINUTE_MS = 60_000;

/** What needs real servers runs file after file: two cores carry one stack, not three. */
const withServers = (
  name: string,
  globalSetup: string,
  timeoutMs: number,
  folders = [name],
): TestProjectConfiguration => ({
  test: {
    name,
    include: folders.map((folder) => `tests/${folder}/**/*.test.ts`),
    globalSetup: [`tests/support/${globalSetup}.ts`],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: timeoutMs,
    hookTimeout: 3 * MINUTE_MS,
  },
});

export default defineConfig({
  test: {
    teardownTimeout: MINUTE_MS,
    onUnhandledError: (error) => !isRtcFinalizer(error),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/{workflow,e2e,faults,byo,phone,browser}/**'],
          pool: 'forks',
          testTimeout: 30_000,
          hookTimeout: MINUTE_MS,
        },
      },
      withServers('workflow', 'temporal-setup', MINUTE_MS),
      withServers('e2e', 'stack-setup', 2 * MINUTE_MS, ['e2e', 'faults', 'byo']),
      withServers('phone', 'phone-setup', 2 * MINUTE_MS),
      withServers('browser', 'stack-setup', 2 * MINUTE_MS),
    ],
  },
});
