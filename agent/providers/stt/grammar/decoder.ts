import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import createModule from 'soundswallower';
import type { Decoder, Segment } from 'soundswallower';
import type { ExpectedAnswer } from '../../../../contract/index.js';
import { SPEECH_RATE } from '../recogniser.js';
import { grammarOf } from './jsgf.js';

/** An answer must explain so much of the time in which something was heard. */
const COVERED = 0.6;
/** Whatever was taken for silence must sound so much like it: else there was more than the answer. */
const SILENT = 0.895;
/** Silence shorter than this says nothing, and no word is. Seconds. */
const BRIEF = 0.08;

/** A recogniser for small grammars: soundswallower, whose WASM and English model come with its package. Blocks. */
export class GrammarDecoder {
  private prepared = '';
  private answers: Set<string> | undefined;

  private constructor(private readonly decoder: Decoder) {}

  static async load(): Promise<GrammarDecoder> {
    const modelBase = join(dirname(createRequire(import.meta.url).resolve('soundswallower')), 'model/');
    const quiet = () => undefined;
    const options = { modelBase, print: quiet, printErr: quiet };
    const decoder = new (await createModule(options)).Decoder({ samprate: SPEECH_RATE, loglevel: 'FATAL' });
    await decoder.initialize();
    return new GrammarDecoder(decoder);
  }

  /** False when speech cannot answer this. */
  prepare(expect: ExpectedAnswer): boolean {
    const question = JSON.stringify(expect);
    if (question === this.prepared) return this.answers !== undefined;
    const grammar = grammarOf(expect, (word) => this.decoder.lookup_word(word));
    if (grammar) this.decoder.set_grammar(grammar.jsgf);
    this.prepared = question;
    this.answers = grammar?.answers;
    return grammar !== undefined;
  }

  /** The words of an answer; undefined when another was likelier, or none is sure. */
  hear(expect: ExpectedAnswer, speech: Int16Array): string | undefined {
    if (!this.prepare(expect)) return undefined;
    const { decoder } = this;
    decoder.start();
    try {
      decoder.process_audio(
        Float32Array.from(speech, (sample) => sample / 32_768),
        false,
        true,
      );
    } finally {
      decoder.stop();
    }
    const said = decoder.get_text();
    if (!said || !said.split(' ').every((word) => this.answers?.has(word))) return undefined;
    return isSure(decoder.get_alignment().w ?? [], audible(speech)) ? said : undefined;
  }
}

function isSure(segments: Segment[], seconds: number): boolean {
  const silence = segments.filter(({ t }) => t.startsWith('<'));
  const words = segments.filter(({ t }) => !t.startsWith('<') && !t.startsWith('('));
  const explained = words.reduce((sum, { d }) => sum + d, 0);
  return seconds >= BRIEF && explained >= COVERED * seconds && silence.every(({ d, p }) => d < BRIEF || p >= SILENT);
}

const WINDOW = SPEECH_RATE / 100;
/** Below this share of the loudest moment it is silence. */
const QUIET = 0.06;

/** Seconds from the first to the last sound. */
function audible(speech: Int16Array): number {
  const levels: number[] = [];
  for (let at = 0; at + WINDOW <= speech.length; at += WINDOW) {
    let sum = 0;
    for (let i = at; i < at + WINDOW; i++) sum += speech[i]! ** 2;
    levels.push(Math.sqrt(sum / WINDOW));
  }
  const loud = QUIET * levels.reduce((most, level) => Math.max(most, level), 0);
  const isLoud = (level: number) => level > loud;
  return (levels.findLastIndex(isLoud) + 1 - levels.findIndex(isLoud)) / 100;
}
