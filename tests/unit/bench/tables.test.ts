import { describe, expect, it } from 'vitest';
import { extraRows } from '../../../bench/report/extras.js';
import { goals } from '../../../bench/report/goals.js';
import { callersLine, rowsOf } from '../../../bench/report/rows.js';
import { lastLine, markdown, ourLost, summary } from '../../../bench/report/tables.js';
import { callsOf, conditionOf, resultsOf } from './calls.js';

const MIXED = conditionOf([
  ...callsOf('ours', [500], [600]),
  ...callsOf('floor', [450], [520]),
  ...callsOf('polling', [1_000], [1_200]),
  ...callsOf('polling-old', [null], [null]),
]);

describe('rows of a condition', () => {
  it('show every contender, those that lost everything included', () => {
    expect(rowsOf(MIXED).map(([name, heard, rate]) => `${name} ${heard} ${rate}`)).toEqual([
      'durable-calls 2/2 100 %',
      'floor (no orchestration) 2/2 100 %',
      'polling 2/2 100 %',
      'polling, older settings 0/2 0 %',
    ]);
  });

  it('say how much later the others are, and "lost" where nothing was heard', () => {
    const [ours, floor, polling, old] = rowsOf(MIXED).map((row) => row.slice(3, 8));
    expect(ours).toEqual(['500', '600', '600', '', '']);
    expect(floor).toEqual(['450', '520', '520', '0.90x', '-65']);
    expect(polling).toEqual(['1000', '1200', '1200', '2.00x', '+550']);
    expect(old).toEqual(['lost', 'lost', 'lost', 'lost', 'lost']);
  });

  it('take the start of the flow from the steps of the calls', () => {
    const [call] = callsOf('ours', [500]);
    const steps = [{ name: 'flow', ms: 400 }];
    expect(rowsOf(conditionOf([{ ...call!, steps }]))[0]!.at(-1)).toBe('400');
  });
});

describe('the line below a table', () => {
  it("says what a caller took, so that it is seen who pays for the callers' share", () => {
    const callers = {
      cpuMs: 100,
      wallMs: 1_000,
      cpuMsOf: { ours: 200, floor: 160, polling: 210, 'polling-old': 1_000 },
    };
    expect(callersLine({ ...MIXED, callers })).toBe(
      'callers: 0.10 cores; CPU of each caller, ms: durable-calls 100, floor (no orchestration) 80, polling 105, ' +
        'polling, older settings 500; load before: 0.50; took 20 s',
    );
  });

  it('is silent about it in results from before it was measured', () => {
    expect(callersLine(MIXED)).toBe('callers: 0.10 cores; load before: 0.50; took 20 s');
  });
});

it('growth of the worker stands beside that without activities', () => {
  const growth = (perCall: number) =>
    [1, 51].map((atOnce) => ({ atOnce, rssKib: 200_000 + atOnce * perCall, startedMs: [180] }));
  const rows = extraRows(resultsOf([], { growth: growth(600), growthNoOp: growth(500) }));
  expect(rows.at(-1)).toEqual([
    'growth of the worker for each further call',
    '600 KiB; no-op activities 500 KiB: 1.20x',
  ]);
});

describe('goals', () => {
  const named = (results: Parameters<typeof goals>[0], what: RegExp) =>
    goals(results).find((goal) => what.test(goal.what));

  it('compare within rounds against floor and polling', () => {
    const results = resultsOf([MIXED]);
    expect(named(results, /greeted/)).toMatchObject({ measured: '2/2', holds: true });
    expect(named(results, /floor, paired/)).toMatchObject({ measured: '+65 ms', holds: true });
    expect(named(results, /polling, paired/)).toMatchObject({ measured: '-550 ms', holds: true });
  });

  it('fall short when a call of ours is lost, whatever the others do', () => {
    const results = resultsOf([conditionOf([...callsOf('ours', [null]), ...callsOf('polling', [null])])]);
    expect(named(results, /greeted/)).toMatchObject({ measured: '0/1', holds: false });
    expect(lastLine(results)).toMatch(/1 of our calls lost$/);
  });

  it('judge a burst by its slowest', () => {
    const ten = (contender: 'ours' | 'floor', slowest: number | null) =>
      callsOf(contender, [...Array<number>(9).fill(1_000), slowest]);
    const burst = conditionOf([...ten('ours', 3_500), ...ten('floor', null)], { calls: 10, title: '10 at once' });
    expect(named(resultsOf([burst]), /p95 against the floor/)).toMatchObject({ holds: true });
    expect(named(resultsOf([burst]), /stretch/)).toMatchObject({ measured: '3500 ms', holds: false });
  });

  it('fall short when one killed agent was never replaced, which is a lost call', () => {
    const recovery = { jobKilledMs: [700, null, 800], hostKilledMs: [3_000, 4_000] };
    const results = resultsOf([], { recovery });
    expect(named(results, /job killed/)).toMatchObject({ measured: '800 ms (median), 1 of 3 never', holds: false });
    expect(named(results, /host killed/)).toMatchObject({ measured: '3500 ms (median)', holds: true });
    expect(ourLost(results)).toBe(1);
  });

  it('are silent about what was not measured', () => {
    expect(goals(resultsOf([]))).toEqual([]);
  });
});

it('the terminal and the documentation show the same rows', () => {
  const results = resultsOf([MIXED], { history: { events: 58, bytes: 20_000 } });
  const [text, document] = [summary(results), markdown(results)];
  for (const part of ['polling, older settings', '58 events, 20000 bytes', 'at most 60', '+550'])
    expect([text.includes(part), document.includes(part)], part).toEqual([true, true]);
});
