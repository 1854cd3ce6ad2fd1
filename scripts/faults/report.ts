import { cpus } from 'node:os';
import { table } from '../call/table.js';
import type { CaseResult } from './row.js';

const HEADER = ['fault', 'calls', 'ended', 'right reason', 'left over', 'p95 to the end', 'goal', 'holds?'];

const STATES = { holds: 'yes', 'falls short': 'NO', 'not built yet': 'not built yet' } as const;

const cells = ({ row, fault, goal, state, calls, terminal, right, left, p95Ms }: CaseResult): string[] => {
  const built = state !== 'not built yet';
  return [
    `${row}. ${fault}`,
    ...(built ? [`${calls}`, `${terminal}`, `${right}`] : ['-', '-', '-']),
    built ? `${left.rooms} / ${left.dispatches} / ${left.jobs}` : '-',
    p95Ms === undefined ? '-' : `${(p95Ms / 1000).toFixed(1)} s`,
    goal,
    STATES[state],
  ];
};

/** For people: the table, then what was measured and what fell short. Left over: rooms / dispatches / agent jobs. */
export function reportText(results: readonly CaseResult[]): string {
  const details = results
    .filter(({ figures, shortfalls }) => figures.length + shortfalls.length > 0)
    .flatMap(({ row, fault, figures, shortfalls }) => [
      `${row}. ${fault}`,
      ...figures.map((figure) => `     ${figure}`),
      ...shortfalls.map((shortfall) => ` !!  ${shortfall}`),
    ]);
  return [table(HEADER, results.map(cells)), '', ...details].join('\n');
}

/** The same for the documentation. */
export function reportMarkdown(results: readonly CaseResult[]): string {
  const line = (columns: readonly string[]) => `| ${columns.join(' | ')} |`;
  const header = [...HEADER.slice(0, -1), 'measured', HEADER.at(-1)!];
  const body = results.map((result) => {
    const columns = cells(result);
    const measured = [...result.figures, ...result.shortfalls.map((text) => `**${text}**`)].join('; ');
    return line([...columns.slice(0, -1), measured || '-', columns.at(-1)!]);
  });
  return [line(header), line(header.map(() => '---')), ...body].join('\n');
}

export interface Summary {
  ok: boolean;
  rows: number;
  hold: number;
  notBuiltYet: number;
  text: string;
}

/** A row holds when all of its cases that are built hold, and one at least is. */
export function summarize(results: readonly CaseResult[]): Summary {
  const rows = [...new Set(results.map(({ row }) => row))];
  const ofRow = (row: number) => results.filter((each) => each.row === row && each.state !== 'not built yet');
  const hold = rows.filter((row) => ofRow(row).length > 0 && ofRow(row).every(({ state }) => state === 'holds')).length;
  const notBuiltYet = results.filter(({ state }) => state === 'not built yet').length;
  const ok = rows.length > 0 && hold === rows.length;
  const missing = notBuiltYet > 0 ? ` (${notBuiltYet} case${notBuiltYet > 1 ? 's' : ''} not built yet)` : '';
  return { ok, rows: rows.length, hold, notBuiltYet, text: `${hold} of ${rows.length} rows hold${missing}` };
}

export const machine = (): string => `${cpus().length} cores, Node ${process.versions.node}, ${process.platform}`;
