import type { CallerInput } from './caller-input.js';
import type { Hearing } from './hearing.js';
import type { Voice } from './voice.js';

/** What connects a job with its caller, both ways. */
export interface Line {
  voice: Voice;
  input: CallerInput;
  hearing: Hearing;
}
