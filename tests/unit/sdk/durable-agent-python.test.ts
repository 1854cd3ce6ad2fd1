import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { findAgentPython } from '../../../scripts/lib/python.mjs';

const python = findAgentPython();
const check = fileURLToPath(new URL('durable_agent_check.py', import.meta.url));

it.skipIf(!python)('an agent of your own in Python hears what is refused, and renews what hangs', async () => {
  const { stderr } = await promisify(execFile)(python!, [check]);
  expect(stderr).not.toContain('Traceback');
});
