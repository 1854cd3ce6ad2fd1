import { table } from '../../scripts/call/table.js';
import { of } from '../statistics.js';
import type { ConditionResult, Results } from '../types.js';
import { extraRows } from './extras.js';
import { goals } from './goals.js';
import type { Goal } from './goals.js';
import { callersLine, HEADER, rowsOf } from './rows.js';

const GOALS = ['goal of the design', 'measured', 'goal', ''];
const goalRow = ({ what, measured, goal, holds }: Goal) => [what, measured, goal, holds ? 'holds' : 'FALLS SHORT'];

/** For the terminal. */
const conditionTable = (result: ConditionResult): string =>
  `\n${result.condition.title} (${callersLine(result)})\n${table(HEADER, rowsOf(result))}`;

export function summary(results: Results): string {
  const parts = results.conditions.map(conditionTable);
  const extras = extraRows(results);
  if (extras.length > 0) parts.push(`\n${table(['besides', ''], extras)}`);
  parts.push(`\n${table(GOALS, goals(results).map(goalRow))}`);
  return parts.join('\n');
}

export function lastLine(results: Results): string {
  const all = goals(results);
  const lost = ourLost(results);
  return `${all.filter(({ holds }) => holds).length} of ${all.length} goals hold, ${lost} of our calls lost`;
}

/** Calls that were not greeted, and those that no agent took over after a kill. */
export function ourLost({ conditions, recovery }: Results): number {
  const greetings = conditions.flatMap(({ calls }) => of(calls, 'ours')).map(({ heardMs }) => heardMs);
  const recoveries = recovery ? [...recovery.jobKilledMs, ...recovery.hostKilledMs] : [];
  return [...greetings, ...recoveries].filter((at) => at === null).length;
}

/** The same tables for docs/. */
export function markdown(results: Results): string {
  const { date, machine, tookMs, seed, warmProcesses, commit } = results;
  const { cpu, cores, memoryGib, node, loadBefore } = machine;
  const parts = [
    `Run of ${date}, commit ${commit}: ${cores} cores (${cpu}), ${memoryGib} GiB, Node ${node}, load before ${loadBefore.toFixed(2)}, ` +
      `${warmProcesses} warm processes for each agent worker, seed ${seed}, ${Math.round(tookMs / 60_000)} minutes.`,
    ...results.conditions.flatMap((result) => [
      `### ${result.condition.title}`,
      markdownTable(HEADER, rowsOf(result)),
      `${callersLine(result)}.`,
    ]),
  ];
  const extras = extraRows(results);
  if (extras.length > 0) parts.push('### Besides', markdownTable(['what', 'measured'], extras));
  parts.push('### Goals', markdownTable(GOALS, goals(results).map(goalRow)));
  return parts.join('\n\n');
}

const markdownTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map((_, column) => (column ? '---:' : '---')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
