import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgesOf } from '../../../callflow/edges.js';
import { validateFlow } from '../../../callflow/validate.js';
import type { Flow } from '../../../contract/index.js';
import { layOut, type Box } from '../../../gateway/web/flow-layout.js';
import { flowDocument } from '../callflow/random-flows.js';

const example = (name: string) => JSON.parse(readFileSync(`flows/${name}.json`, 'utf8')) as Flow;

const overlap = (a: Box, b: Box) =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

function expectSound(flow: Flow): void {
  const { boxes, ways, width, height } = layOut(flow);
  const nodes = boxes.filter(({ kind }) => kind !== 'begin' && kind !== 'over').map(({ id }) => id);
  expect(nodes).toEqual(Object.keys(flow.nodes));
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => expect([a.id, b.id, overlap(a, b)]).toContain(false)));
  for (const { x, y } of boxes) expect([x >= 0, y >= 0, x <= width, y <= height]).not.toContain(false);
  const targets = Object.entries(flow.nodes).map(
    ([name, node]) => new Set(edgesOf(flow, name, node).map(({ to }) => to)).size,
  );
  expect(ways).toHaveLength(1 + targets.reduce((sum, each) => sum + each, 0));
  for (const { points } of ways) expect(points.length).toBeGreaterThan(1);
}

describe('the layout of a flow', () => {
  it.each(['greeting', 'appointment', 'survey', 'receptionist'])('of %s draws every node and way', (name) =>
    expectSound(example(name)),
  );

  it('joins the outcomes that lead to the same node', () => {
    const { ways } = layOut(example('receptionist'));
    expect(ways.find(({ from, to }) => from === 'desk' && to === 'later')?.outcomes).toBe('busy, failed');
  });

  it('of any flow draws every node once, apart from each other, and a way for each pair', () =>
    fc.assert(
      fc.property(flowDocument, (document) => {
        const checked = validateFlow(document);
        fc.pre(checked.ok);
        if (checked.ok) expectSound(checked.flow);
      }),
      { numRuns: 40 },
    ));
});
