import { log, sleep } from '@temporalio/workflow';
import { start, step } from '../callflow/interpreter.js';
import type { Command, EndCommand, FlowEvent } from '../callflow/interpreter.js';
import type { Flow } from '../contract/index.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';
import type { Conversation } from './conversation.js';

/** Drives the interpreter: every node is a command, every command runs on the agent, every result is an event. */
export async function runFlow(call: CallState, conversation: Conversation): Promise<never> {
  const flow: Flow = call.input.flow;
  await conversation.begin();
  let { state, command } = start(flow, call.variables);
  while (command.kind !== 'end') {
    call.node = command.node;
    const event = await execute(call, conversation, command);
    ({ state, command } = step(flow, state, event));
    call.variables = state.vars;
  }
  throw finished(command);
}

async function execute(
  call: CallState,
  conversation: Conversation,
  command: Exclude<Command, EndCommand>,
): Promise<FlowEvent> {
  switch (command.kind) {
    case 'say': {
      const { node, text } = command;
      const { playedMs } = await conversation.say(command);
      log.info('Said', { node, playedMs });
      call.heardOrSaid({ at: Date.now(), node, who: 'agent', text });
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

const finished = (command: EndCommand): EndCall =>
  new EndCall(command.reason, command.detail ?? 'The flow ran to its end. Nothing to do.', 'agent', {
    outcome: command.outcome,
  });
