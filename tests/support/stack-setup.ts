import type { TestProject } from 'vitest/node';
import { PATIENT_STACK, startStack } from './stack.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Environment of the whole stack of this run: `loadEnv(inject('stackEnv'))`. */
    stackEnv: Record<string, string>;
    gatewayUrl: string;
  }
}

/** Real servers, worker, gateway and one agent for all tests of a project. Tests that kill parts start their own. */
export default async function setup(project: TestProject) {
  const stack = await startStack({ env: PATIENT_STACK });
  project.provide('stackEnv', stack.env);
  project.provide('gatewayUrl', stack.urls.gateway);
  return () => stack.stop();
}
