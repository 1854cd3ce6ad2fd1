import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

const RULES = fileURLToPath(new URL('../../ops/alerts.yml', import.meta.url));

/** Has Prometheus' own tool try our alert rules. Throws with what it says. `tests`: as in its documentation. */
export function tryAlertRules(tests: object[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'durable-calls-alerts-'));
  try {
    const file = join(folder, 'alerts.test.yml');
    writeFileSync(file, stringify({ rule_files: [RULES], evaluation_interval: '1m', tests }));
    execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8', stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
