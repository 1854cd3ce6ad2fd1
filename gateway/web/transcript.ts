import type { Utterance } from '../../client/index.js';
import { el } from './dom.js';
import { offset } from './format.js';

/** What was said. @param began when the call began: each utterance is so long after it */
export const transcript = (said: Utterance[], began: number): HTMLElement =>
  el(
    'ol',
    { class: 'transcript', 'aria-label': 'What was said' },
    ...said.map(({ who, text, at }) =>
      el(
        'li',
        { class: who },
        el('span', { class: 'who' }, who),
        el('span', { class: 'words' }, text),
        el('time', { class: 'when' }, offset(at - began)),
      ),
    ),
  );
