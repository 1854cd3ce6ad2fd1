import type { AskCommand, ConverseCommand, SayCommand } from '../callflow/interpreter.js';
import type { AgentAddress, Ask, Chat, Converse, Say } from '../contract/index.js';

/** What to say, whether a node or the flow's resume text says so. */
export type Words = Pick<SayCommand, 'nodeRunId' | 'text' | 'language' | 'upcoming'> & { interruptible?: boolean };

/** What a flow's command is to an agent. What is not there stays out of the history. */
export function sayTo(address: AgentAddress, silenceMs: number, words: Words): Say {
  const { nodeRunId, text, language, upcoming, interruptible } = words;
  return {
    ...address,
    nodeRunId,
    text,
    silenceMs,
    ...(language && { language }),
    ...(upcoming && { upcoming }),
    ...(interruptible && { interruptible }),
  };
}

export function askTo(address: AgentAddress, silenceMs: number, command: AskCommand): Ask {
  const { nodeRunId, prompt, language, interruptible, expect, noInputMs, reprompts } = command;
  return {
    ...address,
    nodeRunId,
    prompt,
    interruptible,
    expect,
    noInputMs,
    silenceMs,
    reprompts: Object.values(reprompts),
    ...(language && { language }),
  };
}

export function converseTo(
  address: AgentAddress,
  silenceMs: number,
  command: ConverseCommand,
  chat: Chat | undefined,
): Converse {
  const { kind: _kind, node: _node, ...task } = command;
  return { ...address, silenceMs, ...task, ...(chat && { chat }) };
}
