import type { Expect } from '../../contract/index.js';

/** Voices of espeak-ng: the model is American, half of these are not. */
export const VOICES = ['en-us', 'en-us+f3', 'en-us+m3', 'en-gb', 'en-gb-scotland', 'en-gb-x-rp+f2'];

/** Questions, and what is said in answer: words → the option that they mean. */
export const ANSWERS: { asked: Expect; said: Record<string, string> }[] = [
  {
    asked: { kind: 'yes-no' },
    said: { yes: 'yes', yeah: 'yes', sure: 'yes', okay: 'yes', no: 'no', nope: 'no', 'no thanks': 'no' },
  },
  {
    asked: {
      kind: 'choice',
      options: {
        book: ['book an appointment', 'appointment'],
        cancel: ['cancel', 'cancel it'],
        human: ['operator', 'talk to someone'],
      },
    },
    said: {
      'book an appointment': 'book',
      appointment: 'book',
      cancel: 'cancel',
      'cancel it': 'cancel',
      operator: 'human',
      'talk to someone': 'human',
    },
  },
  {
    asked: { kind: 'choice', options: { pickup: ['pick up'], delivery: ['delivery', 'deliver it'], menu: ['menu'] } },
    said: { 'pick up': 'pickup', delivery: 'delivery', 'deliver it': 'delivery', menu: 'menu' },
  },
];

/** What nobody asked for. */
export const OTHER = [
  'banana',
  'umbrella',
  'what did you say',
  'can you repeat that',
  'my name is John',
  'I do not know',
  'tomorrow morning',
  'hold on a second',
  'the weather is nice today',
  'hello',
  'seventeen',
  'how much does it cost',
  'wait a minute',
  'blue',
  'Wednesday afternoon',
];
