import { spokenOf } from '../../../contract/index.js';
import type { Converse, Conversed } from '../../../contract/index.js';
import type { Outgoing } from '../../../callflow/outgoing/index.js';
import { ChatLog } from './chat.js';
import { Conversation } from './conversation.js';
import type { Around } from './conversation.js';
import { ModelFailed } from './model.js';
import type { Model } from './model.js';

export interface Mind {
  /** Undefined: none is configured. */
  model: Model | undefined;
  /** What sends the requests of its tools. */
  outgoing: Outgoing;
}

/**
 * Talks with the caller until the model takes an exit, turn by turn, all within this process. Speech is interrupted by
 * whatever the caller does, and the chat keeps only what was heard of it.
 *
 * @throws as `Voice.say` does, and the reason of `signal` once that is aborted
 */
export async function converse(command: Converse, mind: Mind, around: Omit<Around, 'outgoing'>): Promise<Conversed> {
  const { model, outgoing } = mind;
  const chat = new ChatLog(command.nodeRunId, command.chat);
  const over = (outcome: string, detail?: string): Conversed => ({
    ...{ outcome, collected: chat.state.collected, said: spokenOf(chat.state), turns: chat.state.turns },
    ...(detail !== undefined && { detail }),
  });
  if (!model) return over('unavailable', 'No language model is configured: set LLM for the agent (docs/providers.md).');
  const conversation = new Conversation(command, chat, model, { ...around, outgoing });
  try {
    return over(await conversation.run());
  } catch (error) {
    if (error instanceof ModelFailed) return over('unavailable', error.message);
    throw error;
  } finally {
    conversation.close();
  }
}
