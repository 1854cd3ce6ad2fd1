import { VADEventType } from '@livekit/agents';
import type { VADEvent } from '@livekit/agents';
import type { AudioFrame } from '@livekit/rtc-node';
import { SPEECH_RATE } from '../providers/stt/recogniser.js';

/**
 * Milliseconds. The first is two looks of the detection: a third would be a third of the time in which the agent must
 * fall silent. People pause between words for less than the second.
 */
export const DETECTION = {
  minSpeechDuration: 64,
  minSilenceDuration: 600,
  prefixPaddingDuration: 300,
  maxBufferedSpeech: 20_000,
};

/** What goes on for longer is a radio or a street, not an answer; nobody may be kept waiting by it. Milliseconds. */
const LONGEST_MS = 15_000;
/** A detection that fails, or hears no more of a track, tells nothing at all. Milliseconds. */
const SILENT_MS = LONGEST_MS + 2_000;
const PADDING = (DETECTION.prefixPaddingDuration * SPEECH_RATE) / 1_000;

export interface Speaker {
  started(): void;
  /** Without speech: it was none, or only part of it was heard. */
  ended(speech?: Int16Array): void;
}

/** Cuts a voice into stretches of speech, until its track ends. Never waits for whom it tells. */
export async function utterances(events: AsyncIterable<VADEvent>, speaker: Speaker): Promise<void> {
  let onset: Int16Array | undefined;
  let limit: NodeJS.Timeout | undefined;
  const end = (speech?: Int16Array) => {
    clearTimeout(limit);
    onset = undefined;
    speaker.ended(speech);
  };
  try {
    for await (const { type, frames, speaking, speechDuration } of events) {
      if (type === VADEventType.START_OF_SPEECH) {
        const beginning = joined(frames);
        // It was going on when listening began: the end of a sentence may sound like an answer.
        if (beginning.length < PADDING) continue;
        onset = beginning;
        limit = setTimeout(end, SILENT_MS);
        speaker.started();
      } else if (!onset) {
        continue;
      } else if (type === VADEventType.END_OF_SPEECH) {
        const speech = joined(frames);
        speech.set(onset); // the framework has overwritten the beginning of its buffer by now
        end(speech);
      } else if (speaking && speechDuration > LONGEST_MS) {
        end();
      }
    }
  } finally {
    if (onset) end();
  }
}

/** A copy. */
function joined(frames: AudioFrame[]): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(frames.reduce((sum, { data }) => sum + data.length, 0));
  frames.reduce((at, { data }) => (samples.set(data, at), at + data.length), 0);
  return samples;
}
