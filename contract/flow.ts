/** callflow/v1 as data. The schema that checks it lives in callflow/; here are only the shapes that travel. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Variables = Record<string, Json>;

/** A flow as a reviewed file: a flat map of nodes. Nodes are checked by callflow/ before a call is admitted. */
export interface Flow {
  schema: 'callflow/v1';
  id: string;
  start: string;
  /** Spoken by a replacement agent before it repeats the node that was lost. */
  resume?: string;
  vars?: Record<
    string,
    { type: 'string' | 'number' | 'boolean' | 'object' | 'array'; default?: Json; required?: boolean }
  >;
  defaults?: { language?: string } & Record<string, Json | undefined>;
  nodes: Record<string, FlowNode>;
}

export interface SayNode {
  type: 'say';
  text: string;
  next: string | null;
}
export interface HangupNode {
  type: 'hangup';
  say?: string;
  outcome?: string;
}
export type FlowNode = SayNode | HangupNode;
