import { llm } from '@livekit/agents';
import type { Chat, ChatItem, Json, Variables } from '../../../contract/index.js';

/** It travels with each heartbeat and into the history when an agent is lost. Characters of JSON. */
const LARGEST = 24_000;
const LONGEST_TEXT = 4_000;

/** How the model reads what no recogniser understood. */
const NOT_UNDERSTOOD = '(The caller said something that was not understood.)';
/** How it learns that the caller has heard only the beginning of what it wrote. */
const GO_ON = '(What you were saying broke off there. Go on from there, and do not repeat what you have said.)';

export type Call = Extract<ChatItem, { kind: 'call' }>;

/** A conversation's memory: what was said and done, as far as the caller heard it. */
export class ChatLog {
  readonly state: Chat;

  /** @param before what another agent left of it */
  constructor(nodeRunId: string, before: Chat | undefined) {
    const none = { items: [], words: 0, calls: 0, changes: 0, turns: 0, collected: {} };
    this.state = before ? structuredClone(before) : { nodeRunId, ...none };
  }

  get isNew(): boolean {
    return this.state.words === 0 && this.state.calls === 0;
  }

  /** The model has its say next: the caller had theirs, a function has answered, or nobody has begun. */
  get wantsReply(): boolean {
    const last = this.state.items.at(-1);
    return !last || last.kind === 'result' || (last.kind === 'words' && last.who === 'caller');
  }

  /** The caller has heard no word of the agent's since they had their say. */
  get unanswered(): boolean {
    const words = this.state.items.findLast((item) => item.kind === 'words');
    return words?.who !== 'agent';
  }

  /** Functions that were called and have no result: an agent died over them. */
  get pending(): Call[] {
    const done = new Set(this.state.items.flatMap((item) => (item.kind === 'result' ? [item.id] : [])));
    return this.state.items.filter((item): item is Call => item.kind === 'call' && !done.has(item.id));
  }

  /** What the agent said last, if the caller has said nothing since. */
  get lastWords(): string | undefined {
    const last = this.state.items.at(-1);
    return last?.kind === 'words' && last.who === 'agent' ? last.text : undefined;
  }

  caller(text: string): void {
    this.state.turns += 1;
    this.words('caller', text);
  }

  agent(text: string, interrupted: boolean): void {
    if (text !== '') this.words('agent', text, interrupted);
  }

  /** Ids are the provider's, unless it gives none or one twice: results are matched by them. */
  called(calls: { id: string; name: string; args: string; extra?: Record<string, Json> }[]): Call[] {
    return calls.map(({ id, name, args, extra }) => {
      const n = this.state.calls++;
      const isFree = id !== '' && !this.state.items.some((item) => item.kind === 'call' && item.id === id);
      const call: Call = { kind: 'call', n, id: isFree ? id : `call_${n}`, name, args: args.slice(0, LONGEST_TEXT) };
      if (extra) call.extra = extra;
      this.add(call);
      return call;
    });
  }

  result({ id, name }: Call, output: string, failed: boolean): void {
    this.add({ kind: 'result', id, name, output: output.slice(0, LONGEST_TEXT), ...(failed && { failed }) });
  }

  collect(values: Variables): void {
    Object.assign(this.state.collected, values);
    this.state.changes += 1;
  }

  /** As the framework's models read it. @param brokeOff whether the agent's last words are to be gone on with */
  context(instructions: string, brokeOff = false): llm.ChatContext {
    const context = llm.ChatContext.empty();
    const { items } = this.state;
    context.addMessage({ role: 'system', content: instructions, createdAt: 0 });
    // The framework sorts by time: here the order is the time.
    items.forEach((item, index) => {
      const createdAt = index + 1;
      if (item.kind === 'words') {
        const { who, text, interrupted = false } = item;
        const role = who === 'agent' ? 'assistant' : 'user';
        context.addMessage({ role, content: text || NOT_UNDERSTOOD, interrupted, createdAt });
      } else if (item.kind === 'call') {
        const { id: callId, name, args, extra } = item;
        context.insert(llm.FunctionCall.create({ callId, name, args, createdAt, ...(extra && { extra }) }));
      } else {
        const { id: callId, name, output, failed = false } = item;
        context.insert(llm.FunctionCallOutput.create({ callId, name, output, isError: failed, createdAt }));
      }
    });
    if (brokeOff && this.lastWords !== undefined)
      context.addMessage({ role: 'user', content: GO_ON, createdAt: items.length + 1 });
    return context;
  }

  private words(who: 'agent' | 'caller', text: string, interrupted = false): void {
    const n = this.state.words++;
    const cut = text.slice(0, LONGEST_TEXT);
    this.add({ kind: 'words', n, at: Date.now(), who, text: cut, ...(interrupted && { interrupted }) });
  }

  private add(item: ChatItem): void {
    const { items } = this.state;
    items.push(item);
    this.state.changes += 1;
    while (items.length > 1 && JSON.stringify(items).length > LARGEST) {
      items.shift();
      while (items[0]?.kind === 'result') items.shift(); // its call is gone
    }
  }
}
