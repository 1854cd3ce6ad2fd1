import { NotificationType } from 'vscode-jsonrpc/node';

/** What backend and agent of the yardsticks agree on. */
export const AGENT_NAME = 'bench-yardstick';
export const FLOW_START_TOPIC = 'flow-start';
/** Of the agent worker's environment: the framework keeps what ours leaves out. */
export const AS_IT_COMES_VARIABLE = 'BENCH_AS_IT_COMES';

/** Metadata of a job. The greeting is known early, as in ours: orchestration is compared, not synthesis. */
export interface JobMetadata {
  greeting: string;
  /** When it is to speak: as soon as it can, or when told over LiveKit. */
  speak: 'at-once' | 'when-told';
}

/** A process of the yardsticks to the benchmark: it serves, at this URL. */
export const serving = new NotificationType<{ url: string }>('serving');
