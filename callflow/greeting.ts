import type { Flow, Variables } from '../contract/flow.js';
import { start, wordsOf } from './interpreter.js';

/** The words a call begins with, if the flow speaks first: the agent synthesises them before it is told to start. */
export function firstWords(flow: Flow, variables: Variables): string | undefined {
  const { command } = start(flow, variables);
  return command.kind === 'end' ? undefined : wordsOf(command);
}
