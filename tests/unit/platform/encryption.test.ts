import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { Box, EncryptionCodec } from '../../../platform/encryption/index.js';
import { ConfigError, loadEnv } from '../../../platform/env.js';

const key = (id: string) => ({ id, key: randomBytes(32).toString('base64') });
const [k1, k2] = [key('k1'), key('k2')];
const codec = (...keys: { id: string; key: string }[]) => new EncryptionCodec(new Box(keys));
const payload = (value: unknown) => defaultPayloadConverter.toPayload(value)!;
const read = (value: Parameters<typeof defaultPayloadConverter.fromPayload>[0]) =>
  defaultPayloadConverter.fromPayload(value);
const WORDS = { text: 'Hello Ada, this is the clinic.' };

describe('the payload codec', () => {
  it('hides everything but the key that opens it, and never twice in the same way', async () => {
    const [once] = await codec(k1).encode([payload(WORDS)]);
    const [again] = await codec(k1).encode([payload(WORDS)]);
    const raw = Buffer.from(JSON.stringify(once)).toString() + Buffer.from(once!.data!).toString();
    for (const part of ['Ada', 'clinic', 'json/plain']) expect(raw).not.toContain(part);
    expect(Buffer.from(once!.metadata!.encoding!).toString()).toBe('binary/encrypted');
    expect(Buffer.from(once!.metadata!['encryption-key-id']!).toString()).toBe('k1');
    expect(Buffer.compare(once!.data!, again!.data!)).not.toBe(0);
    const [opened] = await codec(k1).decode([once!]);
    expect(read(opened!)).toEqual(WORDS);
  });

  it('encrypts with the first key and reads with all: a key can be replaced', async () => {
    const old = await codec(k1).encode([payload(WORDS)]);
    const rotated = codec(k2, k1);
    const now = await rotated.encode([payload('new')]);
    expect((await rotated.decode([...old, ...now])).map(read)).toEqual([WORDS, 'new']);
    await expect(codec(k1).decode(now)).rejects.toThrow(/encrypted with the key "k2".*does not have.*it has: k1/);
  });

  it('reads what was written before there was a key, and without keys writes as before', async () => {
    expect((await codec(k1).decode([payload(WORDS)])).map(read)).toEqual([WORDS]);
    expect(await codec().encode([payload(WORDS)])).toEqual([payload(WORDS)]);
    await expect(codec().decode(await codec(k1).encode([payload(1)]))).rejects.toThrow(/it has: none.*ENCRYPTION_KEYS/);
  });

  it('says that a key of the same name is another one, or that the payload was changed', async () => {
    const [sealed] = await codec(k1).encode([payload(WORDS)]);
    await expect(codec(key('k1')).decode([sealed!])).rejects.toThrow(/not the one/);
    const data = Buffer.from(sealed!.data!);
    data[20]! ^= 1;
    await expect(codec(k1).decode([{ ...sealed!, data }])).rejects.toThrow(/changed on the way/);
    await expect(codec(k1).decode([{ ...sealed!, data: Buffer.alloc(3) }])).rejects.toThrow(/changed on the way/);
  });

  it('seals text for other places', () => {
    const box = new Box([key('a.b')]);
    expect(box.openText(box.sealText('Grüß Gott'))).toBe('Grüß Gott');
    expect(() => box.openText('nonsense')).toThrow(/does not have/);
  });
});

describe('ENCRYPTION_KEYS', () => {
  const refused = (value: string): string => {
    try {
      loadEnv({ ENCRYPTION_KEYS: value });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    }
    return '';
  };

  it('names keys of 32 bytes, the first of which encrypts', () => {
    const { encryption } = loadEnv({ ENCRYPTION_KEYS: `k2:${k2.key}, k1:${k1.key}` });
    expect(encryption.keys).toEqual([k2, k1]);
    expect(loadEnv({}).encryption.keys).toEqual([]);
  });

  it('says what is wrong, but not with which value', () => {
    for (const bad of [k1.key, `k1:${k1.key.slice(4)}`, `k 1:${k1.key}`, `k1:${k1.key},k1:${k2.key}`, 'k1:hunter2']) {
      const message = refused(bad);
      expect(message).toMatch(/ENCRYPTION_KEYS: must be .*openssl rand -base64 32/);
      for (const value of [k1.key.slice(4), k2.key, 'hunter2']) expect(message).not.toContain(value);
    }
  });
});
