import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { of, outcome } from '../statistics.js';
import { CONTENDERS, NAMES } from '../types.js';
import type { ConditionResult, Results } from '../types.js';
import { waterfall } from './waterfall.js';

export interface Plot {
  /** `bench-<name>.svg` */
  name: string;
  svg: string;
}

const COLOURS = ['#1b6ca8', '#7a7a7a', '#e07b39', '#f2b98d'];
const COLOUR = {
  field: 'contender',
  type: 'nominal',
  scale: { domain: CONTENDERS.map((contender) => NAMES[contender]), range: COLOURS },
  legend: { orient: 'bottom', title: null, labelLimit: 300 },
} as const;
const SAFE = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  background: 'white',
  config: { font: 'system-ui, sans-serif', axis: { labelLimit: 320 } },
} as const;

/** Vega draws SVG without a browser. */
const draw = async (name: string, spec: TopLevelSpec): Promise<Plot> => ({
  name,
  svg: await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG(),
});

export async function plots(results: Results): Promise<Plot[]> {
  const { conditions, limitMs } = results;
  if (conditions.length === 0) return [];
  const drawn = [draw('success', success(conditions)), draw('greeting', distribution(conditions, limitMs))];
  const quiet = conditions.find(({ condition }) => condition.id === 'one');
  if (quiet) drawn.push(draw('stages', stages(quiet)));
  return Promise.all(drawn);
}

function success(conditions: ConditionResult[]): TopLevelSpec {
  const values = conditions.flatMap(({ condition, calls }) =>
    CONTENDERS.map((contender) => {
      const { heard, calls: count } = outcome(of(calls, contender));
      return { condition: condition.title, contender: NAMES[contender], rate: count ? heard / count : null };
    }),
  );
  return {
    ...SAFE,
    title: 'Calls whose greeting was heard within 15 s',
    width: 420,
    data: { values },
    mark: { type: 'bar', height: { band: 0.9 } },
    encoding: {
      y: { field: 'condition', type: 'nominal', sort: null, title: null },
      yOffset: { field: 'contender', sort: CONTENDERS.map((contender) => NAMES[contender]) },
      x: { field: 'rate', type: 'quantitative', axis: { format: '%', title: null }, scale: { domain: [0, 1] } },
      color: COLOUR,
    },
  };
}

/** How many of all calls had been heard by when: a curve that ends below 100 % lost the rest. */
function distribution(conditions: ConditionResult[], limitMs: number): TopLevelSpec {
  const values = conditions.flatMap(({ condition, calls }) =>
    CONTENDERS.flatMap((contender) => {
      const all = of(calls, contender);
      const heard = all.flatMap(({ heardMs }) => heardMs ?? []).sort((a, b) => a - b);
      const curve = heard.map((heardMs, i) => ({ seconds: heardMs / 1000, share: (i + 1) / all.length }));
      const ends = [{ seconds: 0, share: 0 }, ...curve, { seconds: limitMs / 1000, share: heard.length / all.length }];
      return all.length === 0
        ? []
        : ends.map((point) => ({ ...point, condition: condition.title, contender: NAMES[contender] }));
    }),
  );
  return {
    ...SAFE,
    title: 'Share of calls greeted by then, seconds after the request',
    data: { values },
    facet: {
      field: 'condition',
      type: 'nominal',
      sort: conditions.map(({ condition }) => condition.title),
      title: null,
    },
    columns: 3,
    spec: {
      width: 240,
      height: 120,
      mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
      encoding: {
        x: { field: 'seconds', type: 'quantitative', title: null, scale: { domain: [0, limitMs / 1000] } },
        y: { field: 'share', type: 'quantitative', axis: { format: '%', title: null }, scale: { domain: [0, 1] } },
        color: COLOUR,
      },
    },
  };
}

function stages({ condition, calls }: ConditionResult): TopLevelSpec {
  const values = CONTENDERS.flatMap((contender) =>
    waterfall(of(calls, contender).filter(({ heardMs }) => heardMs !== null)).map(({ name, from, to }, order) => ({
      ...{ contender: NAMES[contender], stage: name, from, to, order },
    })),
  );
  return {
    ...SAFE,
    title: `Where the time goes: ${condition.title}, medians, milliseconds`,
    width: 560,
    height: { step: 40 },
    data: { values },
    mark: { type: 'bar', tooltip: true },
    encoding: {
      y: { field: 'contender', type: 'nominal', sort: null, title: null },
      x: { field: 'from', type: 'quantitative', title: null },
      x2: { field: 'to' },
      color: {
        ...{ field: 'stage', type: 'nominal', sort: null, scale: { scheme: 'tableau20' } },
        legend: { orient: 'bottom', title: null, columns: 4, labelLimit: 300 },
      },
    },
  };
}
