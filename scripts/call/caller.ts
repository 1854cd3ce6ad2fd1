import { setTimeout as sleep } from 'node:timers/promises';
import {
  AudioStream,
  DisconnectReason,
  type RemoteParticipant,
  type RemoteTrack,
  Room,
  RoomEvent,
  TrackKind,
  type RemoteTrackPublication,
} from '@livekit/rtc-node';
import { TypedText } from '../../client/index.js';
import { within } from '../../platform/within.js';
import { type MeterOptions, type Segment, SpeechMeter } from './energy.js';
import { type Microphone, publishMicrophone } from './microphone.js';
import { Recorder } from './recorder.js';
import { stopListening } from './rtc-listeners.js';

export interface CallerOptions extends MeterOptions {
  url: string;
  token: string;
  /** When the call was asked for, milliseconds since the epoch: what `…Ms` of the caller counts from. Default: now. */
  requestedAt?: number;
  microphone?: Microphone;
  /** Keeps what was heard, up to so many milliseconds, for `wav()`. */
  recordMs?: number;
  /** Longest wait for the connection to the room. Milliseconds. */
  joinTimeoutMs?: number;
  /** Gives up joining: the call has ended meanwhile. */
  signal?: AbortSignal;
  /** Called when a stretch of speech begins, with the segment that then grows. */
  onSpeech?: (segment: Segment) => void;
}

/** All that energy needs. Ten callers in speech took 0.27 of a core with it, 0.18 of that WebRTC's own (measured). */
const METER_RATE = 8_000;
const RECORD_RATE = 16_000;
const FRAME_MS = 20;
const ROOM_RETRY_MS = 20;
const LEAVE_MS = 5_000;
const DTMF = '0123456789*#ABCD';

/** Somebody's time in the room, as the caller saw it. Milliseconds since the epoch. */
export interface Stay {
  identity: string;
  from: number;
  until?: number;
}

/** A caller in a LiveKit room that listens, and says what it heard, when and from whom. */
export class Caller {
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  joinedAt = 0;
  /** The first speech in the room; undefined when the caller was out of the room before it heard any. */
  readonly heard: Promise<Segment | undefined>;
  /** Why the caller is out of the room, in LiveKit's words: ROOM_DELETED, CLIENT_INITIATED, … */
  readonly disconnected: Promise<string>;
  /** Everyone else who was in the room, in order of appearance. */
  readonly stays: Stay[] = [];

  private readonly room = new Room();
  private readonly gone = new AbortController();
  private readonly typed = new TypedText(this.room, this.gone.signal);
  private readonly meters: SpeechMeter[] = [];
  private readonly recorder: Recorder | undefined;
  private stopMicrophone: () => Promise<void> = async () => {};
  private left: Promise<void> | undefined;
  private onHeard!: (segment: Segment | undefined) => void;

  constructor(private readonly options: CallerOptions) {
    this.requestedAt = options.requestedAt ?? Date.now();
    this.recorder = options.recordMs ? new Recorder(RECORD_RATE, Date.now(), options.recordMs) : undefined;
    this.heard = new Promise((resolve) => (this.onHeard = resolve));
    this.disconnected = new Promise((resolve) =>
      this.room.once(RoomEvent.Disconnected, (reason) => resolve(DisconnectReason[reason] ?? String(reason))),
    );
    void this.disconnected.then(() => {
      stopListening(this.room);
      this.gone.abort(new Error('the caller is not in the room any more'));
      this.onHeard(undefined);
    });
    this.room.on(RoomEvent.ParticipantConnected, ({ identity }) => this.stays.push({ identity, from: Date.now() }));
    this.room.on(RoomEvent.ParticipantDisconnected, ({ identity }) => {
      const stay = this.stays.findLast((each) => each.identity === identity);
      if (stay) stay.until = Date.now();
    });
    this.room.on(RoomEvent.TrackSubscribed, this.onTrack);
  }

  /** Identities of everyone who was seen in the room. */
  get seen(): string[] {
    return this.stays.map(({ identity }) => identity);
  }

  /** Every stretch of speech so far, ordered by when it began. */
  get segments(): Segment[] {
    return this.meters.flatMap((meter) => meter.segments).sort((a, b) => a.startAt - b.startAt);
  }

  /** Milliseconds of speech heard so far. */
  get audibleMs(): number {
    return this.segments.reduce((sum, segment) => sum + segment.audibleMs, 0);
  }

  /** Milliseconds from the request to the first speech. */
  get heardMs(): number | undefined {
    const first = this.segments[0];
    return first && first.startAt - this.requestedAt;
  }

  get joinedMs(): number {
    return this.joinedAt - this.requestedAt;
  }

  async join(): Promise<void> {
    const { url, joinTimeoutMs = 20_000, microphone = 'none', signal } = this.options;
    const connected = this.connect(Date.now() + joinTimeoutMs);
    // A room that is deleted while it is joined keeps rtc-node waiting for 15 s and more.
    const late = () => new Error(`could not join the room at ${url} within ${joinTimeoutMs} ms`);
    await within(joinTimeoutMs, unlessAborted(signal, connected), late);
    this.joinedAt = Date.now();
    const present = [...this.room.remoteParticipants.keys()].filter((identity) => !this.seen.includes(identity));
    this.stays.unshift(...present.map((identity) => ({ identity, from: this.joinedAt })));
    this.stopMicrophone = await publishMicrophone(this.room, microphone);
  }

  /** The gateway answers before the room exists, and LiveKit creates none for whoever comes early: 404 means later. */
  private async connect(until: number): Promise<void> {
    const { url, token, signal } = this.options;
    for (;;) {
      try {
        return await this.room.connect(url, token);
      } catch (error) {
        const early = String(error).includes('404 Not Found');
        if (!early || signal?.aborted || Date.now() + ROOM_RETRY_MS > until) throw error;
      }
      await sleep(ROOM_RETRY_MS);
    }
  }

  /** Presses keys on the keypad. */
  async sendDtmf(digits: string): Promise<void> {
    for (const digit of digits.toUpperCase()) {
      const code = DTMF.indexOf(digit);
      if (code < 0) throw new Error(`"${digit}" is not a key of a phone`);
      await this.room.localParticipant!.publishDtmf(code, digit);
    }
  }

  /** Types it, for whichever agent holds the call. Resolves when it has been taken. */
  sendText = (text: string): Promise<void> => this.typed.send(text);

  /** Types it as any client of LiveKit does: for the agent who is there, if one is. */
  async chat(text: string): Promise<void> {
    await this.room.localParticipant!.sendText(text, { topic: 'lk.chat' });
  }

  /** Leaves the room. Safe to call at any time, and again. */
  leave(): Promise<void> {
    return (this.left ??= this.disconnect());
  }

  private async disconnect(): Promise<void> {
    await this.stopMicrophone();
    await within(LEAVE_MS, this.room.disconnect(), () => new Error(`could not leave the room within ${LEAVE_MS} ms`));
    this.onHeard(undefined);
  }

  wav(): Buffer | undefined {
    return this.recorder?.wav();
  }

  private readonly onTrack = (track: RemoteTrack, _: RemoteTrackPublication, from: RemoteParticipant) => {
    if (track.kind === TrackKind.KIND_AUDIO) void this.listen(track, from.identity);
  };

  private async listen(track: RemoteTrack, identity: string): Promise<void> {
    const meter = new SpeechMeter(identity, this.options, (segment) => {
      this.onHeard(segment);
      this.options.onSpeech?.(segment);
    });
    this.meters.push(meter);
    const write = this.recorder?.track();
    const sampleRate = this.recorder ? RECORD_RATE : METER_RATE;
    const frames = new AudioStream(track, { sampleRate, numChannels: 1, frameSizeMs: FRAME_MS }).getReader();
    this.gone.signal.addEventListener('abort', () => void frames.cancel(), { once: true });
    for (let next = await frames.read(); !next.done; next = await frames.read()) {
      const now = Date.now();
      meter.add(next.value.data, next.value.sampleRate, now);
      write?.(next.value.data, now);
    }
  }
}

/** Joins a room as a caller, with the URL and token of the gateway's answer. */
export async function joinAsCaller(options: CallerOptions): Promise<Caller> {
  const caller = new Caller(options);
  try {
    await caller.join();
  } catch (error) {
    await caller.leave().catch(() => {});
    throw error;
  }
  return caller;
}

const unlessAborted = <T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      const abort = () => reject(signal?.reason as Error);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
    }),
  ]);
