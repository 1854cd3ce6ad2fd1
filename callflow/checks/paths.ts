import type { Flow } from '../../contract/flow.js';
import { edgesOf } from '../edges.js';
import type { FlowError } from './errors.js';
import { flowError } from './errors.js';

/** Nodes that take no time of the caller's: a circle of nothing else would spin. */
const SILENT = new Set(['branch', 'set', 'emit', 'http']);

/** Every path can end, and none runs in a circle without the caller having a part in it. */
export function checkPaths(flow: Flow): FlowError[] {
  const next = new Map(
    Object.entries(flow.nodes).map(([name, node]) => [name, edgesOf(flow, name, node).map(({ to }) => to)]),
  );
  return [...endless(flow, next), ...silentCircles(flow, next)];
}

function endless(flow: Flow, next: Map<string, (string | null)[]>): FlowError[] {
  const ends = new Set<string | null>([null]);
  for (const [name, node] of Object.entries(flow.nodes)) if (node.type === 'hangup') ends.add(name);
  for (let grown = true; grown;) {
    grown = false;
    for (const [name, targets] of next) {
      if (ends.has(name) || !targets.some((target) => ends.has(target))) continue;
      ends.add(name);
      grown = true;
    }
  }
  return Object.keys(flow.nodes)
    .filter((name) => !ends.has(name))
    .map((name) => flowError(['nodes', name], 'no path from here ends the call: lead one to a hangup or null'));
}

function silentCircles(flow: Flow, next: Map<string, (string | null)[]>): FlowError[] {
  const isSilent = (name: string) => SILENT.has(flow.nodes[name]?.type ?? '');
  const done = new Set<string>();
  const trail: string[] = [];
  const errors: FlowError[] = [];
  const visit = (name: string) => {
    if (trail.includes(name)) {
      const circle = [...trail.slice(trail.indexOf(name)), name].join(' → ');
      errors.push(flowError(['nodes', name], `${circle} runs in a circle: put a say, ask or wait in it`));
    }
    if (done.has(name) || trail.includes(name) || !isSilent(name)) return;
    trail.push(name);
    for (const target of next.get(name) ?? []) if (target !== null) visit(target);
    trail.pop();
    done.add(name);
  };
  Object.keys(flow.nodes).forEach(visit);
  return errors;
}
