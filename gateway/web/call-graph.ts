import type { CallView } from '../../client/index.js';
import type { Flow, RemoteFlow } from '../../contract/index.js';
import { api } from './api.js';
import { el } from './dom.js';
import { FlowGraph } from './flow-graph.js';

/** The graph of a call's flow, and where in it the call is. */
export class CallGraph {
  readonly element = el('div');
  private readonly graph = new FlowGraph();
  private readonly flows = new Map<string, Promise<Flow | RemoteFlow | undefined>>();
  private readonly visited = new Set<string>();
  private call: CallView | undefined;

  constructor() {
    this.element.append(this.graph.element);
  }

  /** Another call. */
  clear(): void {
    this.call = undefined;
    this.visited.clear();
    this.hide(true);
  }

  draw(call: CallView): void {
    const isOther = this.call?.callId !== call.callId;
    this.call = call;
    for (const { node } of call.said) this.visited.add(node);
    if (call.node) this.visited.add(call.node);
    if (isOther) void this.show(call);
    else this.mark();
  }

  private async show({ callId, flowId }: CallView): Promise<void> {
    const flow = await this.read(flowId);
    if (this.call?.callId !== callId) return;
    this.hide(flow === undefined);
    this.graph.show(flow);
    this.mark();
  }

  private mark(): void {
    const { node, status } = this.call ?? {};
    this.graph.mark(status === 'active' ? node : undefined, this.visited);
  }

  /** As it is loaded now: a call that began before an edit may be in a node that is not there. Own agents have none. */
  private read(flowId: string): Promise<Flow | RemoteFlow | undefined> {
    let flow = this.flows.get(flowId);
    if (!flow) {
      const request = api.http.GET('/v1/flows/{flowId}', { params: { path: { flowId } } });
      flow = api.answer(request).then(
        (answer) => answer.flow as Flow | RemoteFlow,
        () => undefined,
      );
      this.flows.set(flowId, flow);
    }
    return flow;
  }

  private hide(hidden: boolean): void {
    const part = this.element.closest<HTMLElement>('.part');
    if (part) part.hidden = hidden;
  }
}
