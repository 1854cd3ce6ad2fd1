import type { Flow, RemoteFlow } from '../../contract/index.js';
import { el } from './dom.js';
import './flow-graph.css';
import { layOut, type Box, type Way } from './flow-layout.js';

/** More would be a wall, and take the browser a second to lay out. */
const MOST_NODES = 120;

/**
 * A flow drawn, with the node that a call is in. Put `element` anywhere, `show` a flow once, `mark` as often as the call
 * moves: only classes change, so that nothing jumps.
 */
export class FlowGraph {
  readonly element = el('figure', { class: 'flow-graph', tabindex: 0, 'aria-label': 'The flow' });
  private boxes = new Map<string, HTMLElement>();

  show(flow: Flow | RemoteFlow | undefined): void {
    this.boxes = new Map();
    this.element.hidden = flow === undefined;
    if (!flow) return;
    if (!('nodes' in flow)) return this.say('Its steps are its backend’s own.');
    if (Object.keys(flow.nodes).length > MOST_NODES) return this.say('Too large to draw here: npm run flow -- graph');
    const { width, height, boxes, ways } = layOut(flow);
    const items = boxes.map((box) => this.box(box));
    const size = `width:${width}px;height:${height}px`;
    const plane = el('div', { class: 'plane', style: size });
    plane.append(drawnWays(ways, width, height), el('ol', { 'aria-label': `Flow ${flow.id}` }, ...items));
    this.element.replaceChildren(plane);
  }

  /** @param visited nodes that the call has been in */
  mark(node: string | undefined, visited: Iterable<string> = []): void {
    const been = new Set(visited);
    for (const [id, box] of this.boxes) {
      const here = id === node;
      box.classList.toggle('visited', been.has(id));
      if (here && !box.classList.contains('here')) this.bringIntoView(box);
      box.classList.toggle('here', here);
      if (here) box.setAttribute('aria-current', 'step');
      else box.removeAttribute('aria-current');
    }
  }

  private say(text: string): void {
    this.element.replaceChildren(el('p', { class: 'muted' }, text));
  }

  private box({ id, kind, words, x, y, width, height }: Box): HTMLElement {
    const place = `left:${x - width / 2}px;top:${y - height / 2}px;width:${width}px;height:${height}px`;
    const isNode = kind !== 'begin' && kind !== 'over';
    const attributes = { class: `box ${kind}`, style: place, title: isNode ? `${id} (${kind}): ${words}` : words };
    if (!isNode) return el('li', { ...attributes, 'aria-label': words });
    const item = el(
      'li',
      { ...attributes, 'data-node': id },
      el('span', { class: 'name' }, id, el('span', { class: 'kind' }, kind)),
      el('span', { class: 'words' }, words),
    );
    this.boxes.set(id, item);
    return item;
  }

  /** Scrolls the drawing, never the page. */
  private bringIntoView({ offsetLeft, offsetTop, offsetWidth, offsetHeight }: HTMLElement): void {
    const { clientWidth, clientHeight } = this.element;
    this.element.scrollTo({
      left: offsetLeft + offsetWidth / 2 - clientWidth / 2,
      top: offsetTop + offsetHeight / 2 - clientHeight / 2,
      behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth',
    });
  }
}

/** The lines between the boxes, with their outcomes. For the eye only: the list of boxes is what is read aloud. */
function drawnWays(ways: Way[], width: number, height: number): SVGElement {
  const arrow = svg(
    'marker',
    { id: 'flow-arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    svg('path', { d: 'M0 0 8 4 0 8z' }),
  );
  return svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
    svg('defs', {}, arrow),
    ...ways.map(({ points }) => svg('path', { class: 'way', d: curve(points), 'marker-end': 'url(#flow-arrow)' })),
    ...ways
      .filter(({ outcomes }) => outcomes)
      .map(({ label: { x, y }, outcomes }) => svg('text', { x, y: y + 4, 'text-anchor': 'middle' }, outcomes)),
  );
}

/** Through the points, rounded at each. */
function curve(points: Way['points']): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return '';
  const bends = rest.map((point, i) => {
    const next = rest[i + 1] ?? last;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${bends.join('')}L${last.x} ${last.y}`;
}

function svg(tag: string, attributes: Record<string, string | number>, ...children: (Node | string)[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
