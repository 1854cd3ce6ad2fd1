import { el } from './dom.js';

const KEYS = [...'123456789*0#'];
/** The agent reads no more. Characters. */
const LONGEST_TEXT = 2_000;

/** Who answers in a call, besides by speaking. */
export interface Answering {
  press(key: string): Promise<void>;
  /** Resolves when an agent has taken it. */
  type(text: string): Promise<void>;
}

/** Keypad and typed text, for the call that this page takes part in. */
export class Answer {
  private of: { callId: string; who: Answering } | undefined;
  private readonly text = el('input', { maxlength: LONGEST_TEXT, autocomplete: 'off', enterkeyhint: 'send' });
  readonly element: HTMLElement;

  /** @param failed told when an answer did not get to the agent */
  constructor(private readonly failed: (error: unknown) => void) {
    const form = el(
      'form',
      { class: 'typed' },
      el('label', {}, 'Or type it', this.text),
      el('button', { type: 'submit' }, 'Send'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.type();
    });
    this.element = el(
      'section',
      { class: 'part', hidden: true },
      el('h3', {}, 'Answer by key'),
      el('div', { class: 'keypad', role: 'group', 'aria-label': 'Keypad' }, ...KEYS.map((key) => this.key(key))),
      form,
    );
  }

  /** Undefined: nobody answers any more. */
  by(callId: string, who: Answering | undefined): void {
    this.of = who && { callId, who };
  }

  draw(callId: string | undefined, active: boolean): void {
    this.element.hidden = !active || this.of === undefined || this.of.callId !== callId;
  }

  private key(key: string): HTMLElement {
    const button = el('button', { type: 'button' }, key);
    button.addEventListener('click', () => void this.of?.who.press(key).catch(this.failed));
    return button;
  }

  private type(): void {
    const text = this.text.value.trim();
    this.text.value = '';
    if (text) this.of?.who.type(text).catch(this.failed);
  }
}
