import { stt } from '@livekit/agents';
import type { AudioBuffer } from '@livekit/agents';
import { combineAudioFrames } from '@livekit/rtc-node';

export interface Transcript {
  text: string;
  /** From 0 to 1; 0 when the server does not say. */
  confidence: number;
}

/** A provider that is given one utterance at a time. */
export class BatchSTT extends stt.STT {
  constructor(
    override label: string,
    private readonly transcribe: (samples: Int16Array, rate: number, signal?: AbortSignal) => Promise<Transcript>,
  ) {
    super({ streaming: false, interimResults: false });
  }

  protected override async _recognize(buffer: AudioBuffer, signal?: AbortSignal): Promise<stt.SpeechEvent> {
    const { data, sampleRate } = Array.isArray(buffer) ? combineAudioFrames(buffer) : buffer;
    const { text, confidence } = await this.transcribe(data, sampleRate, signal);
    const seconds = data.length / sampleRate;
    const language = '' as stt.SpeechData['language'];
    return {
      type: stt.SpeechEventType.FINAL_TRANSCRIPT,
      alternatives: [{ text, confidence, language, startTime: 0, endTime: seconds }],
    };
  }

  override stream(): stt.SpeechStream {
    throw new Error(`${this.label} hears whole utterances: use recognize()`);
  }
}
