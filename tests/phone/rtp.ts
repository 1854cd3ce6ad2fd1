import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Each packet carries 20 ms at 8 kHz, one byte a sample. */
const PACKET_MS = 20;
const SAMPLES = 160;
const HEADER = 12;
const PCMA = 8;
const TELEPHONE_EVENT = 101;
/** A-law for no sound. */
const SILENCE = 0xd5;
/** Mean amplitude of 16-bit samples above which a packet is heard as sound; speech is in the thousands. */
const AUDIBLE = 200;
const KEYS = '0123456789*#';

/**
 * The media of one telephone: sends silence and keys, and measures what it hears. SIPp does the signalling and names
 * this port in its offer.
 */
export class Media {
  /** Milliseconds of sound that was heard. */
  heardMs = 0;
  packets = 0;
  private readonly timers = new Set<NodeJS.Timeout>();
  private sequence = 1;
  private timestamp = 0;
  private remotePort = 0;
  private pressing = false;

  private constructor(private readonly socket: Socket) {
    socket.on('message', (packet) => this.receive(packet));
  }

  static async open(): Promise<Media> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Media(socket);
  }

  get port(): number {
    return this.socket.address().port;
  }

  /** Sends to the port that the answer named, from now on. */
  talkTo(port: number): void {
    this.remotePort = port;
    this.timers.add(setInterval(() => this.sendSilence(), PACKET_MS));
  }

  /** Presses keys one after the other (RFC 4733): 100 ms each, and a pause. */
  async press(keys: string): Promise<void> {
    for (const key of keys) {
      this.pressing = true;
      const began = this.timestamp;
      for (let count = 1; count <= 8; count++) {
        // The end is said three times, as the RFC asks for: a lost packet must not lose the key.
        const end = count > 5;
        const event = Buffer.from([KEYS.indexOf(key), (end ? 0x80 : 0) | 10, 0, 0]);
        event.writeUInt16BE(Math.min(count, 6) * SAMPLES, 2);
        this.send(TELEPHONE_EVENT, event, began, count === 1);
        await new Promise((resolve) => setTimeout(resolve, PACKET_MS));
      }
      this.pressing = false;
      this.timestamp = began + 8 * SAMPLES;
      await new Promise((resolve) => setTimeout(resolve, 5 * PACKET_MS));
    }
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.socket.close();
  }

  private sendSilence(): void {
    if (this.pressing) return;
    this.send(PCMA, Buffer.alloc(SAMPLES, SILENCE), this.timestamp, false);
    this.timestamp += SAMPLES;
  }

  private send(payloadType: number, payload: Buffer, timestamp: number, marker: boolean): void {
    const header = Buffer.alloc(HEADER);
    header[0] = 0x80; // version 2
    header[1] = payloadType | (marker ? 0x80 : 0);
    header.writeUInt16BE(this.sequence++ & 0xffff, 2);
    header.writeUInt32BE(timestamp >>> 0, 4);
    header.writeUInt32BE(0x5150, 8);
    this.socket.send(Buffer.concat([header, payload]), this.remotePort, '127.0.0.1');
  }

  private receive(packet: Buffer): void {
    if (packet.length <= HEADER || (packet[1]! & 0x7f) !== PCMA) return;
    this.packets += 1;
    const samples = packet.subarray(HEADER);
    const sum = samples.reduce((total, each) => total + amplitude(each), 0);
    if (sum / samples.length > AUDIBLE) this.heardMs += (samples.length / SAMPLES) * PACKET_MS;
  }
}

/** Of an A-law sample, as of 16 bits (ITU-T G.711). */
function amplitude(sample: number): number {
  const bits = sample ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  return exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
}
