import { Command } from 'commander';
import type { Client } from '@temporalio/client';
import type { Env } from '../../platform/env.js';
import type { Patient } from './check.js';
import { CHECKS } from './checks/index.js';
import { examine, type Finding } from './examine.js';

interface Options {
  gateway: string;
  agent: string[];
  json?: true;
}

/** `npm run doctor`: 0 when all is well. */
export function doctorProgram(env: Env): Command {
  const [gateway, agents] = [env.ownAgent.url, env.gateway.agentHealthUrls];
  return new Command('npm run doctor --')
    .description('Looks at everything that calls need, and says what to do about what is not well.')
    .option('--gateway <url>', 'address of the gateway', gateway)
    .option('--agent <url...>', 'health addresses of the agent hosts', [...agents])
    .option('--json', 'print one JSON object')
    .action((options: Options) => run(env, options));
}

async function run(env: Env, { gateway, agent, json }: Options): Promise<void> {
  const patient: Patient = {
    env,
    gatewayUrl: gateway.replace(/\/+$/, ''),
    agentUrls: agent.map((url) => url.replace(/\/+$/, '')),
    client: undefined as unknown as Client,
    now: Date.now,
  };
  try {
    const findings = await examine(CHECKS, patient);
    const ok = findings.every(({ status }) => status !== 'failed');
    console.log(json ? JSON.stringify({ ok, checks: findings }) : readable(findings));
    process.exitCode = ok ? 0 : 1;
  } finally {
    await patient.client?.connection.close();
  }
}

const MARKS = { ok: 'ok     ', failed: 'FAILED ', skipped: '-      ' } as const;

function readable(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ id }) => id.length));
  const lines = findings.flatMap(({ id, status, seen, todo }) => [
    `${MARKS[status]}${id.padEnd(width)}  ${seen}`,
    ...(todo ? [`${' '.repeat(MARKS.ok.length + width)}  → ${todo}`] : []),
  ]);
  const count = (status: Finding['status']) => findings.filter((each) => each.status === status).length;
  const well = `${count('ok')} of ${findings.length - count('skipped')} checks are well`;
  const skipped = count('skipped') ? `, ${count('skipped')} skipped` : '';
  return [...lines, `${well}${skipped}`].join('\n');
}
