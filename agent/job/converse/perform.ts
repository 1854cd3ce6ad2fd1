import { NOTEBOOK } from '../../../contract/index.js';
import type { Converse } from '../../../contract/index.js';
import type { Outgoing } from '../../../callflow/outgoing/index.js';
import type { Call, ChatLog } from './chat.js';
import { readArguments } from './functions.js';
import { callTool } from './tools.js';
import type { Result } from './tools.js';

/** Carries out a function that the model has called: a tool's request, its notebook, or an exit. */
export async function perform(
  { n, name, args }: Call,
  command: Converse,
  chat: ChatLog,
  { outgoing, signal }: { outgoing: Outgoing; signal: AbortSignal },
): Promise<Result> {
  const tool = Object.hasOwn(command.tools, name) ? command.tools[name] : undefined;
  const isExit = Object.hasOwn(command.exits, name);
  if (!tool && !isExit && name !== NOTEBOOK) return { output: `There is no function ${name}.`, failed: true };
  const read = readArguments(args, tool?.args ?? command.collect, isExit);
  if ('problem' in read) return { output: read.problem, failed: true };
  if (tool) return callTool(outgoing, tool, read.values, `${command.callId}-${command.nodeRunId}-${n}`, signal);
  chat.collect(read.values);
  return { output: 'Done.', failed: false };
}
