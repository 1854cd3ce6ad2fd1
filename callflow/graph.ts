import type { Flow, FlowNode } from '../contract/flow.js';
import { edgesOf } from './edges.js';

const ROUND = new Set(['hangup']);
const DIAMOND = new Set(['branch', 'ask']);

/** The flow as a Mermaid flowchart. Ids are prefixed, since Mermaid takes words such as "end" for its own. */
export function mermaid(flow: Flow): string {
  const nodes = Object.entries(flow.nodes);
  const edges = nodes.flatMap(([name, node]) =>
    edgesOf(flow, name, node).map(({ outcome, to }) => arrow(name, outcome, to === null ? 'over' : mermaidId(to))),
  );
  return [
    'flowchart TD',
    `  begin((start)) --> ${mermaidId(flow.start)}`,
    ...nodes.map(([name, node]) => `  ${mermaidId(name)}${shape(name, node)}`),
    ...edges,
    ...(edges.some((edge) => edge.endsWith(' over')) ? ['  over(((end)))'] : []),
  ].join('\n');
}

/** A node's id in the drawing; no two nodes share one. */
export const mermaidId = (name: string): string => `n_${name.replaceAll('_', '__').replaceAll('-', '_0')}`;

const arrow = (from: string, outcome: string, to: string): string =>
  `  ${mermaidId(from)} -->${outcome === '' ? '' : `|"${label(outcome)}"|`} ${to}`;

function shape(name: string, node: FlowNode): string {
  const words = label(`${name}: ${summary(node)}`);
  if (DIAMOND.has(node.type)) return `{"${words}"}`;
  return ROUND.has(node.type) ? `(["${words}"])` : `["${words}"]`;
}

/** What a node says or does, in a few words. */
export function summary(node: FlowNode): string {
  switch (node.type) {
    case 'say':
      return node.text;
    case 'ask':
      return node.prompt;
    case 'http':
      return `${node.method} ${node.url}`;
    case 'converse':
      return `converse: ${node.goal}`;
    case 'transfer':
      return `transfer to ${node.to}`;
    case 'wait':
      return `wait ${node.ms} ms`;
    case 'emit':
      return `emit ${node.event}`;
    case 'set':
      return `set ${Object.keys({ ...node.values, ...node.compute }).join(', ')}`;
    case 'hangup':
      return node.say ?? 'hang up';
    case 'branch':
      return 'branch';
  }
}

/** Mermaid's own way of writing characters that would end a label. */
const label = (words: string): string =>
  (words.length > 60 ? `${words.slice(0, 59)}…` : words)
    .replace(/\s+/g, ' ')
    .replace(/["#;<>&|{}[\]()`\\]/g, (character) => `#${character.charCodeAt(0)};`);
