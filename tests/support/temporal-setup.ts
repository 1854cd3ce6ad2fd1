import type { TestProject } from 'vitest/node';
import { startStack } from './stack.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of the Temporal server of this run. */
    temporalAddress: string;
  }
}

/** One real Temporal server for all workflow tests; each test has a task queue of its own. */
export default async function setup(project: TestProject) {
  const stack = await startStack({ livekit: false, worker: false, gateway: false, agents: 0 });
  project.provide('temporalAddress', stack.urls.temporal);
  return () => stack.stop();
}
