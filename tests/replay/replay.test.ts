import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleWorkflows } from '../support/workflow-bundle.js';

const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));
const names = (await readdir(HISTORIES)).filter((name) => name.endsWith('.json'));
let folder: string;
let codePath: string;

beforeAll(async () => {
  const filter = makeTelemetryFilterString({ core: 'ERROR' });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter } } });
  folder = await mkdtemp(join(tmpdir(), 'durable-calls-replay-'));
  codePath = await bundleWorkflows(join(folder, 'workflows.js'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Calls that were running when a worker is replaced go on with the new code, so the new code must decide as the old
 * one did. A failure here means: make the change with `patched()`. Only before a release may the fixtures be recorded
 * anew instead (see tests/workflow/main-cases.test.ts); those of released versions stay.
 */
describe('recorded calls replay', () => {
  const replay = async (history: unknown) => Worker.runReplayHistory({ workflowBundle: { codePath } }, history);
  const recorded = async (name: string) => JSON.parse(await readFile(join(HISTORIES, name), 'utf8'));

  test('there are some', () => {
    expect(names.length).toBeGreaterThanOrEqual(5);
  });

  test.each(names)('%s', async (name) => {
    await replay(await recorded(name));
  });

  test('a call that went another way would be noticed', async () => {
    const history = await recorded('completed.json');
    const created = history.events.find(
      (event: { activityTaskScheduledEventAttributes?: { activityType: { name: string } } }) =>
        event.activityTaskScheduledEventAttributes?.activityType.name === 'createRoom',
    );
    created.activityTaskScheduledEventAttributes.activityType.name = 'buildRoom';
    await expect(replay(history)).rejects.toThrow(/[Nn]ondeterminism|TMPRL1100/);
  });
});
