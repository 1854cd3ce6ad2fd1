import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Env } from '../env.js';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** One key, as in ENCRYPTION_KEYS. */
export interface EncryptionKey {
  id: string;
  /** 32 bytes in base64. */
  key: string;
}

/** The message names the key, never the value. */
export class EncryptionError extends Error {
  override name = 'EncryptionError';
}

export interface Sealed {
  keyId: string;
  /** IV, ciphertext, tag. */
  data: Buffer;
}

/** Seals with the first key and opens with any: a key is replaced by putting a new one before it. */
export class Box {
  private readonly keys: ReadonlyMap<string, Buffer>;
  private readonly first: string | undefined;

  constructor(keys: readonly EncryptionKey[]) {
    this.keys = new Map(keys.map(({ id, key }) => [id, Buffer.from(key, 'base64')]));
    this.first = keys[0]?.id;
  }

  /** False: nothing is sealed. */
  get seals(): boolean {
    return this.first !== undefined;
  }

  seal(plain: Uint8Array): Sealed {
    const keyId = this.first;
    if (keyId === undefined) throw new EncryptionError('There is no key to encrypt with: set ENCRYPTION_KEYS.');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keys.get(keyId)!, iv).setAAD(Buffer.from(keyId));
    return { keyId, data: Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
  }

  /** @throws EncryptionError */
  open({ keyId, data }: { keyId: string; data: Uint8Array }): Buffer {
    const key = this.keys.get(keyId);
    if (!key) {
      const known = [...this.keys.keys()].join(', ') || 'none';
      throw new EncryptionError(
        `This is encrypted with the key "${keyId}", which this process does not have (it has: ${known}). ` +
          'Give every process the same ENCRYPTION_KEYS, and keep replaced keys in it.',
      );
    }
    try {
      const text = Buffer.from(data);
      const decipher = createDecipheriv(ALGORITHM, key, text.subarray(0, IV_BYTES)).setAAD(Buffer.from(keyId));
      decipher.setAuthTag(text.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(text.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw new EncryptionError(
        `The key "${keyId}" of this process is not the one that this was encrypted with, or it was changed on the way. ` +
          'Give every process the same ENCRYPTION_KEYS.',
      );
    }
  }

  /** For places that take text: `keyId.base64`. */
  sealText(text: string): string {
    const { keyId, data } = this.seal(Buffer.from(text));
    return `${keyId}.${data.toString('base64')}`;
  }

  /** @throws EncryptionError */
  openText(sealed: string): string {
    const dot = sealed.lastIndexOf('.');
    const data = Buffer.from(sealed.slice(dot + 1), 'base64');
    return this.open({ keyId: sealed.slice(0, Math.max(0, dot)), data }).toString();
  }
}

export type EncryptionEnv = Pick<Env, 'encryption'>;

export const boxOf = ({ encryption }: EncryptionEnv): Box => new Box(encryption.keys);
