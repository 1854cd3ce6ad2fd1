import { log, patched, sleep } from '@temporalio/workflow';
import { start, step } from '../callflow/interpreter.js';
import type {
  AskCommand,
  ConverseCommand,
  EndCommand,
  FlowEvent,
  NodeCommand,
  SayCommand,
  Step,
} from '../callflow/interpreter.js';
import type { Asked, Conversed, Flow, Said } from '../contract/index.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';
import type { Conversation } from './conversation.js';
import { sendRequest } from './http.js';
import { mustHaveCaller, transferByFlow, transferOver } from './transfer.js';

/** Drives the interpreter: every node is a command, whoever can carries it out, every result is an event. */
export async function runFlow(call: CallState, flow: Flow, conversation: Conversation): Promise<never> {
  let { state, command } = take(call, start(flow, call.variables));
  const greeting = command.kind === 'say' ? command : undefined;
  if (greeting) call.node = greeting.node;
  const greeted = await conversation.begin(greeting);
  if (greeting) ({ state, command } = take(call, step(flow, state, said(call, greeting, greeted))));
  while (command.kind !== 'end') {
    call.node = command.node;
    const event = await execute(call, conversation, command);
    ({ state, command } = take(call, step(flow, state, event)));
  }
  await transferOver(call);
  throw finished(call, command);
}

/** What the flow knows now is what a view shows and the next agent is given. */
function take(call: CallState, next: Step): Step {
  call.variables = next.state.vars;
  return next;
}

export async function execute(call: CallState, conversation: Conversation, command: NodeCommand): Promise<FlowEvent> {
  if (needsCaller(command)) mustHaveCaller(call);
  switch (command.kind) {
    case 'say':
      return said(call, command, await conversation.say(command));
    case 'ask':
      return answered(await ask(call, conversation, command));
    case 'http':
      return sendRequest(call, command, async (hold) => {
        said(call, hold, await conversation.say(hold));
      });
    case 'converse':
      // Calls that an older release took past such a node had nobody to talk with there.
      if (!patched('converse')) return { kind: 'conversed', outcome: 'unavailable' };
      return conversed(call, command, await conversation.converse(command));
    case 'transfer':
      return transferByFlow(call, command);
    case 'wait':
      await sleep(command.ms, { summary: command.node });
      return { kind: 'waited' };
    case 'emit':
      log.info(`Flow event ${command.event}`, { node: command.node, event: command.event });
      call.emit(command.node, command.event, command.data);
      return { kind: 'emitted' };
  }
}

function said(call: CallState, { node, text }: SayCommand, { interrupted }: Partial<Said> = {}): FlowEvent {
  log.info('Said', { node, interrupted });
  spoke(call, node, text);
  return { kind: 'said', ...(interrupted && { interrupted }) };
}

export async function ask(call: CallState, conversation: Conversation, command: AskCommand): Promise<Asked> {
  const { node, prompt } = command;
  if (prompt) spoke(call, node, prompt);
  const result = await conversation.ask(command);
  // Not what was heard: it may be a name or a PIN.
  log.info('Asked', { node, result: result.kind, ...(result.kind !== 'noInput' && { via: result.via }) });
  if (result.kind !== 'noInput') call.heardOrSaid({ at: Date.now(), node, who: 'caller', text: result.heard });
  return result;
}

function answered(result: Asked): FlowEvent {
  const { kind } = result;
  return kind === 'answered' ? { kind, value: result.value, via: result.via } : { kind };
}

function conversed(call: CallState, { node, nodeRunId }: ConverseCommand, result: Conversed): FlowEvent {
  const { outcome, detail, collected, said, turns } = result;
  log.info('Conversed', { node, outcome, turns, ...(detail && { detail }) });
  call.talked(node, nodeRunId, said);
  return { kind: 'conversed', outcome, collected, ...(detail && { detail }) };
}

const spoke = (call: CallState, node: string, text: string): void =>
  call.heardOrSaid({ at: Date.now(), node, who: 'agent', text });

const needsCaller = ({ kind }: NodeCommand): boolean => ['say', 'ask', 'converse', 'transfer'].includes(kind);

function finished({ handedOver }: CallState, { reason, detail, outcome }: EndCommand): EndCall {
  // A flow may have gone on after it handed the caller over.
  const ended = handedOver && reason === 'completed' ? 'transferred' : reason;
  return new EndCall(ended, detail ?? 'The flow ran to its end. Nothing to do.', 'agent', { outcome });
}
