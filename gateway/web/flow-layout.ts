import { Graph, layout } from '@dagrejs/dagre';
import { edgesOf } from '../../callflow/edges.js';
import { summary } from '../../callflow/graph.js';
import type { Flow } from '../../contract/index.js';

export interface Box {
  id: string;
  kind: 'begin' | 'over' | Flow['nodes'][string]['type'];
  /** What the node says or does. */
  words: string;
  /** Its middle, as everything here in pixels. */
  x: number;
  y: number;
  width: number;
  height: number;
}

/** From one box to another, for one outcome or several. */
export interface Way {
  from: string;
  to: string;
  outcomes: string;
  points: { x: number; y: number }[];
  /** Where the outcomes stand. */
  label: { x: number; y: number };
}

export interface Drawing {
  width: number;
  height: number;
  boxes: Box[];
  ways: Way[];
}

/** No node has these names: a name begins with a letter. */
const BEGIN = ' begin';
const OVER = ' over';

const NODE = { width: 168, height: 52 };
const DOT = { width: 18, height: 18 };
const CHARACTER = 6.3;
const LONGEST_LABEL = 22;

/**
 * Where the nodes of a flow stand. dagre (MIT, 49 kB) does the layered layout that Mermaid itself uses it for; Mermaid
 * would be some twenty times the rest of the page, and could not mark a node without drawing everything anew.
 */
export function layOut(flow: Flow): Drawing {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 22, ranksep: 34, edgesep: 12, marginx: 8, marginy: 8 });
  const boxes = boxesOf(flow);
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  const ways = waysOf(flow);
  for (const { from, to, outcomes } of ways)
    graph.setEdge(from, to, { width: outcomes.length * CHARACTER, height: outcomes ? 15 : 0, labelpos: 'c' });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    boxes: boxes.map((box) => ({ ...box, ...placeOf(graph.node(box.id) as Place) })),
    ways: ways.map((way) => {
      const edge = graph.edge(way.from, way.to) as Place & Pick<Way, 'points'>;
      return { ...way, points: edge.points, label: placeOf(edge) };
    }),
  };
}

type Place = { x: number; y: number };
const placeOf = ({ x, y }: Place): Place => ({ x, y });

function boxesOf(flow: Flow): Box[] {
  const at = { x: 0, y: 0 };
  const nodes = Object.entries(flow.nodes).map(([id, node]): Box => ({
    id,
    kind: node.type,
    words: summary(node),
    ...at,
    ...NODE,
  }));
  const ends = Object.entries(flow.nodes).some(([id, node]) => edgesOf(flow, id, node).some(({ to }) => to === null));
  return [
    { id: BEGIN, kind: 'begin', words: 'start', ...at, ...DOT },
    ...nodes,
    ...(ends ? [{ id: OVER, kind: 'over' as const, words: 'end', ...at, ...DOT }] : []),
  ];
}

/** One way for all outcomes that lead from one node to the same other. */
function waysOf(flow: Flow): Pick<Way, 'from' | 'to' | 'outcomes'>[] {
  const outcomes = new Map<string, Map<string, string[]>>([[BEGIN, new Map([[flow.start, []]])]]);
  for (const [from, node] of Object.entries(flow.nodes)) {
    const targets = new Map<string, string[]>();
    for (const { outcome, to } of edgesOf(flow, from, node)) {
      const target = to ?? OVER;
      targets.set(target, [...(targets.get(target) ?? []), ...(outcome ? [outcome] : [])]);
    }
    outcomes.set(from, targets);
  }
  return [...outcomes].flatMap(([from, targets]) =>
    [...targets].map(([to, names]) => ({ from, to, outcomes: shortened(names.join(', ')) })),
  );
}

const shortened = (text: string): string =>
  text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
