import { condition, patched } from '@temporalio/workflow';
import type { RemoteTurned } from '../activities/types.js';
import { expectedAnswer } from '../callflow/answer.js';
import type { AskCommand, SayCommand } from '../callflow/commands.js';
import type { RemoteFlow, RemoteInput, RemoteTurn } from '../contract/index.js';
import type { Conversation } from './conversation.js';
import { ask, execute } from './flow-runner.js';
import type { Backend } from './remote-backend.js';
import type { CallState } from './state.js';
import { EndCall } from './state.js';
import { TRANSFER_FIRST, transferOver } from './transfer.js';

/** More would be a backend that never listens, and a history too large to replay. */
const MOST_TURNS = 500;
const NO_INPUT_MS = 6_000;
const RING_MS = 30_000;

/** What is to be done in one turn; its words may have been spoken already. */
interface Todo {
  /** As it stands in the call's view and in each `nodeRunId`. */
  node: string;
  words: string;
  turn: RemoteTurn;
}

/** Runs a flow whose backend is someone's own: what it says is spoken, what the caller answers is its next turn. */
export async function runRemoteFlow(
  call: CallState,
  flow: RemoteFlow,
  conversation: Conversation,
  backend: Backend,
): Promise<never> {
  const { session, streaming, has_greeting: hasGreeting, greeting = '', ...first } = await backend.start();
  await conversation.begin(undefined, { session, streaming, hasGreeting });
  const line = new Line(call, flow, conversation);
  let todo: Todo = { node: 'greeting', words: hasGreeting ? greeting : '', turn: first };
  let interrupted = false;
  for (let turn = 1; turn <= MOST_TURNS; turn++) {
    const input = await line.carryOut(todo);
    call.streamed = { turn, sentences: [] };
    const answer = backend.turn(turn, input, interrupted);
    answer.catch(() => undefined); // awaited by whoever speaks it
    ({ todo, interrupted } = await line.speak(`turn-${turn}`, answer));
  }
  throw new EndCall('orchestrator-error', `Flow ${flow.id} took ${MOST_TURNS} turns: does its backend listen?`);
}

class Line {
  constructor(
    private readonly call: CallState,
    private readonly flow: RemoteFlow,
    private readonly conversation: Conversation,
  ) {}

  /** What the caller does about it. @throws EndCall when the backend ends the flow, or the call is transferred */
  async carryOut({ node, words, turn }: Todo): Promise<RemoteInput> {
    const { call, conversation } = this;
    const { end, transfer, language = this.flow.language } = turn;
    call.node = node;
    if ((end || transfer) && words) await this.say(node, `${node}-say`, words, turn);
    if (end) {
      if (call.lineIsOurs && patched(TRANSFER_FIRST)) await transferOver(call);
      const { outcome = 'completed' } = end;
      throw new EndCall('completed', 'The backend ended the flow. Nothing to do.', 'agent', { outcome });
    }
    if (transfer) {
      const { to, timeoutMs = RING_MS } = transfer;
      const event = await execute(call, conversation, {
        ...{ kind: 'transfer', node, nodeRunId: `${node}-transfer`, to, timeoutMs },
      });
      const outcome = event.kind === 'transferred' ? event.outcome : 'failed';
      if (outcome !== 'connected')
        return { kind: 'transfer-failed', outcome: outcome === 'unknown' ? 'failed' : outcome };
      throw new EndCall('transferred', 'The backend had the call transferred. Nothing to do.', 'agent', {
        outcome: 'transferred',
      });
    }
    const command: AskCommand = {
      ...{ kind: 'ask', node, nodeRunId: `${node}-ask`, prompt: words, interruptible: turn.interruptible ?? true },
      expect: expectedAnswer(turn.expect ?? { kind: 'text' }, language),
      noInputMs: turn.noInputMs ?? NO_INPUT_MS,
      reprompts: {},
      ...(language && { language }),
    };
    const asked = await ask(call, conversation, command);
    if (asked.kind === 'noInput') return { kind: 'no-input' };
    const { via, heard } = asked;
    return asked.kind === 'answered'
      ? { kind: 'answer', value: asked.value, heard, via }
      : { kind: 'no-match', heard, via };
  }

  /** Speaks sentences that come while the answer does; what is left of it when it is all there is the next prompt. */
  async speak(node: string, answer: Promise<RemoteTurned>): Promise<{ todo: Todo; interrupted: boolean }> {
    const heard = this.call.streamed.sentences;
    let here = false as boolean;
    const over = () => void (here = true);
    answer.then(over, over);
    this.call.node = node;
    let spoken = 0;
    let interrupted = false;
    while (!interrupted) {
      await condition(() => here || heard.length > spoken);
      if (here) break;
      const sentences = heard.slice(spoken);
      interrupted = await this.say(node, `${node}-say-${spoken}`, sentences.join(' '), {});
      spoken += sentences.length;
    }
    const { sentences, turn } = await this.orSorry(answer);
    const { say, ...rest } = turn;
    const left = [...sentences, ...(say ? [say] : [])].slice(spoken);
    return { todo: { node, words: interrupted ? '' : left.join(' '), turn: rest }, interrupted };
  }

  /** Whoever waits on the line is told before the call ends. */
  private async orSorry(answer: Promise<RemoteTurned>): Promise<RemoteTurned> {
    try {
      return await answer;
    } catch (error) {
      const { sorry } = this.flow;
      if (sorry && error instanceof EndCall) await this.say('sorry', 'sorry', sorry, { interruptible: false });
      throw error;
    }
  }

  /** True when the caller cut it short. */
  private async say(node: string, nodeRunId: string, text: string, turn: RemoteTurn): Promise<boolean> {
    const { language = this.flow.language, interruptible = true } = turn;
    const command: SayCommand = {
      ...{ kind: 'say', node, nodeRunId, text, interruptible, ...(language && { language }) },
    };
    const event = await execute(this.call, this.conversation, command);
    return event.kind === 'said' && event.interrupted === true;
  }
}
