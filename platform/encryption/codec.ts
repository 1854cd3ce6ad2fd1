import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { Box } from './box.js';

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** `encoding` of an encrypted payload, as Temporal's own examples have it. */
const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

const text = (value: Uint8Array | null | undefined): string => Buffer.from(value ?? []).toString();

/**
 * Encrypts whatever Temporal is given: inputs, results, signals, heartbeats, summaries. What was written before there was
 * a key is read as it is. Without a key nothing is encrypted, but what others have encrypted is named as such.
 */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly box: Box) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    if (!this.box.seals) return payloads;
    return payloads.map((payload) => {
      const { keyId, data } = this.box.seal(PayloadMessage.encode(payload).finish());
      return { metadata: { encoding: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(keyId) }, data };
    });
  }

  /** @throws EncryptionError */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => {
      if (text(payload.metadata?.encoding) !== ENCRYPTED) return payload;
      const keyId = text(payload.metadata?.[KEY_ID]);
      return PayloadMessage.decode(this.box.open({ keyId, data: payload.data ?? new Uint8Array() }));
    });
  }
}
