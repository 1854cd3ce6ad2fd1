import { EventEmitter } from 'node:events';
import type { tts } from '@livekit/agents';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Speech, SpeechFailed } from '../../../agent/job/speech.js';

/** As the framework's: an error is an event of the provider, whichever of its streams it was, and an ordinary end. */
class Provider extends EventEmitter {
  readonly label = 'test';
  readonly sampleRate = 16_000;

  synthesize(text: string) {
    const fail = async () => {
      await turn();
      this.emit('error', { error: new Error('429') });
    };
    return {
      close: () => undefined,
      async *[Symbol.asyncIterator]() {
        if (text.startsWith('bad')) return await fail();
        for (let frame = 1; frame <= 3; frame++) {
          await turn();
          yield { frame };
        }
        if (text.startsWith('half')) await fail();
      },
    };
  }
}

const newSpeech = () => new Speech(new Provider() as unknown as tts.TTS);

async function hear(speech: Speech, text: string, meanwhile = () => {}): Promise<unknown[]> {
  const heard: unknown[] = [];
  for await (const frame of speech.speak(text)) if (heard.push(frame) === 1) meanwhile();
  return heard;
}

describe('speech', () => {
  it('does not suffer when the words after it fail', async () => {
    const speech = newSpeech();
    expect(await hear(speech, 'now', () => speech.prepare('bad next'))).toEqual([1, 2, 3]);
    await expect(hear(speech, 'bad next')).rejects.toThrow(SpeechFailed);
  });

  it('that breaks off is a failure, not a short sentence', async () => {
    await expect(hear(newSpeech(), 'half')).rejects.toThrow(/429/);
  });
});
