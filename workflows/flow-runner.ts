import { log, sleep } from '@temporalio/workflow';
import { start, step } from '../callflow/interpreter.js';
import type { Command, EndCommand, FlowEvent, SayCommand, Step } from '../callflow/interpreter.js';
import type { Flow } from '../contract/index.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';
import type { Conversation } from './conversation.js';

/** Drives the interpreter: every node is a command, every command runs on the agent, every result is an event. */
export async function runFlow(call: CallState, conversation: Conversation): Promise<never> {
  const flow: Flow = call.input.flow;
  let { state, command } = take(call, start(flow, call.variables));
  const greeting = command.kind === 'say' ? command : undefined;
  if (greeting) call.node = greeting.node;
  await conversation.begin(greeting);
  if (greeting) {
    said(call, greeting);
    ({ state, command } = take(call, step(flow, state, { kind: 'said' })));
  }
  while (command.kind !== 'end') {
    call.node = command.node;
    const event = await execute(call, conversation, command);
    ({ state, command } = take(call, step(flow, state, event)));
  }
  throw finished(command);
}

/** What the flow knows now is what a view shows and the next agent is given. */
function take(call: CallState, next: Step): Step {
  call.variables = next.state.vars;
  return next;
}

async function execute(
  call: CallState,
  conversation: Conversation,
  command: Exclude<Command, EndCommand>,
): Promise<FlowEvent> {
  switch (command.kind) {
    case 'say': {
      await conversation.say(command);
      said(call, command);
      return { kind: 'said' };
    }
    case 'wait':
      await sleep(command.ms, { summary: command.node });
      return { kind: 'waited' };
    case 'emit':
      log.info(`Flow event ${command.event}`, { node: command.node, event: command.event });
      return { kind: 'emitted' };
    default:
      return { kind: 'failed', cause: 'error', detail: `This version cannot carry out ${command.kind} nodes` };
  }
}

function said(call: CallState, { node, text }: SayCommand): void {
  log.info('Said', { node });
  call.heardOrSaid({ at: Date.now(), node, who: 'agent', text });
}

const finished = (command: EndCommand): EndCall =>
  new EndCall(command.reason, command.detail ?? 'The flow ran to its end. Nothing to do.', 'agent', {
    outcome: command.outcome,
  });
