import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startStack } from '#stack'; // its calls are replayed by each file's World
import { bundleWorkflows } from './workflow-bundle.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of the Temporal server of this run. */
    temporalAddress: string;
    /** File that holds the workflows, bundled for this run. */
    workflowBundle: string;
  }
}

/** One real Temporal server for all workflow tests; each test has a task queue of its own. */
export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), 'durable-calls-bundle-'));
  const [stack, bundle] = await Promise.all([
    startStack({ livekit: false, worker: false, gateway: false, agents: 0 }),
    bundleWorkflows(join(folder, 'workflows.js')),
  ]);
  project.provide('temporalAddress', stack.urls.temporal);
  project.provide('workflowBundle', bundle);
  return async () => {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
