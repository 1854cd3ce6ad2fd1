import type { Flow, Variables } from '../contract/flow.js';
import type { EndCommand, FlowState, NodeCommand } from './commands.js';
import { start, step } from './interpreter.js';
import { describe, needsLine, readLine } from './simulated-line.js';

/** One line of the conversation as it would be; `flow` tells what is not heard. */
export interface Entry {
  node: string;
  who: 'agent' | 'caller' | 'flow';
  text: string;
}

export interface Simulation {
  transcript: Entry[];
  state: FlowState;
  /** Absent when the lines ran out first. */
  end?: EndCommand;
  /** What the flow waits for when the lines ran out. */
  waiting?: NodeCommand;
}

/**
 * Plays a flow as text, without a call: the same interpreter, with typed lines for whatever the world would answer.
 * `nextLine` gives undefined when there are no more; `show` sees each entry as it happens.
 */
export async function simulate(
  flow: Flow,
  variables: Variables,
  nextLine: (command: NodeCommand) => Promise<string | undefined> | string | undefined,
  show: (entry: Entry) => void = () => undefined,
): Promise<Simulation> {
  const transcript: Entry[] = [];
  const tell = (node: string, who: Entry['who'], text: string) => {
    transcript.push({ node, who, text });
    show({ node, who, text });
  };
  let { state, command } = start(flow, variables);
  while (command.kind !== 'end') {
    const { node } = command;
    for (const { who, text } of describe(command)) tell(node, who, text);
    const line: string | undefined = needsLine(command) ? await nextLine(command) : '';
    if (line === undefined) return { transcript, state, waiting: command };
    const { event, heard, problem } = readLine(command, line.trim());
    if (heard !== undefined) tell(node, command.kind === 'ask' ? 'caller' : 'flow', heard);
    if (problem !== undefined) tell(node, 'flow', problem);
    if (event) ({ state, command } = step(flow, state, event));
  }
  const { outcome, reason, detail } = command;
  tell('', 'flow', `ended: ${reason}, outcome "${outcome}"${detail === undefined ? '' : `. ${detail}`}`);
  return { transcript, state, end: command };
}

/** `simulate` with all lines at once. */
export function simulateLines(flow: Flow, variables: Variables, lines: readonly string[]): Promise<Simulation> {
  const left = [...lines];
  return simulate(flow, variables, () => left.shift());
}
