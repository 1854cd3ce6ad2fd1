import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { phoneTestProblem } from '../../scripts/lib/phone.mjs';
import { PATIENT_STACK, startStack } from './stack.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there are no phones here; undefined when there are. */
    phoneProblem: string | undefined;
    sipPort: number;
  }
}

const PHONE_FOLDER = fileURLToPath(new URL('../phone', import.meta.url));

/** The whole stack with Redis and LiveKit SIP. Where it cannot be had one line says so, and the tests are skipped. */
export default async function setup(project: TestProject) {
  const problem = phoneTestProblem();
  project.provide('phoneProblem', problem);
  if (problem) {
    if (process.env.CI) throw new Error(`CI tests phones too: ${problem}`);
    console.log(`phone tests are skipped: ${problem}`);
    return;
  }
  const files = { FLOWS_DIR: `${PHONE_FOLDER}/flows`, PHONE_NUMBERS_FILE: `${PHONE_FOLDER}/phone-numbers.json` };
  const allowed = { PHONE_ALLOW: '+4930,sip:desk@pbx.example' };
  const stack = await startStack({ phone: true, env: { ...PATIENT_STACK, ...files, ...allowed } });
  project.provide('stackEnv', stack.env);
  project.provide('gatewayUrl', stack.urls.gateway);
  project.provide('sipPort', stack.ports.phone!.sip);
  return () => stack.stop();
}
