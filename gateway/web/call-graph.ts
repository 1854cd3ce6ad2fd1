import type { CallView, Flow, RemoteFlow } from '../../contract/index.js';
import { api } from './api.js';
import { FlowGraph } from './flow-graph.js';

/** The events of a call do not tell of nodes that say nothing. Milliseconds. */
const LOOK_EVERY_MS = 1_000;

type Where = Pick<CallView, 'flowId' | 'node' | 'said' | 'status'>;

/** The graph of a call's flow, and where in it the call is. */
export class CallGraph {
  private readonly graph = new FlowGraph();
  readonly element = this.graph.element;
  private readonly flows = new Map<string, Promise<Flow | RemoteFlow | undefined>>();
  private looking: number | undefined;
  private callId: string | undefined;
  private shown: string | undefined;
  private visited = new Set<string>();

  /** Another call: looks where it is until it has ended. */
  follow(callId: string): void {
    this.stop();
    this.callId = callId;
    this.visited = new Set();
    this.shown = undefined;
    this.graph.show(undefined);
    const look = () =>
      void api.view(callId).then(
        (view) => view.callId === this.callId && this.set(view),
        () => undefined, // the next look may be answered
      );
    this.looking = window.setInterval(look, LOOK_EVERY_MS);
    look();
  }

  stop(): void {
    clearInterval(this.looking);
  }

  set({ flowId, node, said, status }: Where): void {
    if (status === 'ended') this.stop();
    for (const each of said) this.visited.add(each.node);
    if (node) this.visited.add(node);
    void this.draw(flowId).then(() => this.graph.mark(status === 'ended' ? undefined : node, this.visited));
  }

  /** The flow as it is loaded now; a call that began before an edit may be in a node that it does not have. */
  private async draw(flowId: string): Promise<void> {
    let flow = this.flows.get(flowId);
    if (!flow) this.flows.set(flowId, (flow = api.flow(flowId).catch(() => undefined)));
    const loaded = await flow;
    if (this.shown === flowId) return;
    this.shown = flowId;
    this.graph.show(loaded);
  }
}
