import type { FlowNode } from '../../contract/flow.js';
import { ask } from './ask.js';
import { converse } from './converse.js';
import { http } from './http.js';
import type { NodeKind } from './node.js';
import { branch, set } from './silent.js';
import { hangup, say } from './speech.js';
import { emit, transfer, wait } from './steps.js';

const KINDS: { [T in FlowNode['type']]: NodeKind<Extract<FlowNode, { type: T }>> } = {
  say,
  ask,
  branch,
  set,
  http,
  converse,
  transfer,
  wait,
  emit,
  hangup,
};

export const kindOf = (node: FlowNode): NodeKind<FlowNode> => KINDS[node.type] as NodeKind<FlowNode>;
