import { ConfigError, loadEnv } from '../../platform/env.js';
import { doctorProgram } from './program.js';

try {
  await doctorProgram(loadEnv()).parseAsync();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ok: false, error: error.message, checks: [] }));
  process.exitCode = 1;
}
