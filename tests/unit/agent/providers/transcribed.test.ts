import { initializeLogger, stt } from '@livekit/agents';
import { beforeAll, describe, expect, it } from 'vitest';
import { TranscribedSpeech } from '../../../../agent/providers/stt/transcribed.js';

/** A provider that streams, as those of the cloud do; the test is its server. */
class Streaming extends stt.STT {
  override label = 'streaming';
  /** One for each stream: aborted when it is closed. */
  readonly closed: AbortSignal[] = [];

  constructor(private readonly serve: (say: (text: string) => void) => void) {
    super({ streaming: true, interimResults: true });
  }

  protected override _recognize = () => Promise.reject(new Error('it only streams'));

  override stream(): stt.SpeechStream {
    const { serve, closed } = this;
    return new (class extends stt.SpeechStream {
      override label = 'streaming';
      protected override async run(): Promise<void> {
        closed.push(this.abortSignal);
        for await (const _frame of this.input);
        const speech = { language: '' as stt.SpeechData['language'], startTime: 0, endTime: 1, confidence: 0.9 };
        serve((text) =>
          this.queue.put({ type: stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives: [{ ...speech, text }] }),
        );
      }
    })(this);
  }
}

const ANYTHING = { kind: 'text', maxLength: 100 } as const;
const SPEECH = new Int16Array(1_600);

beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));

describe('a provider that streams', () => {
  it('gives all that was said, and its stream is closed', async () => {
    const provider = new Streaming((say) => (say('Next week'), say('on Monday.')));
    expect(await new TranscribedSpeech(provider).hear(ANYTHING, SPEECH)).toBe('Next week on Monday.');
    expect(provider.closed).toMatchObject([{ aborted: true }]);
    expect(provider.listenerCount('error')).toBe(1);
  });

  it('and fails says why: that is nothing the caller mumbled', async () => {
    const provider = new Streaming((say) => {
      say('Next week');
      throw new Error('the key is wrong');
    });
    await expect(new TranscribedSpeech(provider).hear(ANYTHING, SPEECH)).rejects.toThrow('the key is wrong');
    expect(provider.listenerCount('error')).toBe(1);
  });
});
