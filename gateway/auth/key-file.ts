import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { pointer } from '../problems.js';
import { apiKey, orgName, type ApiKey } from './key.js';

const keyFile = z.strictObject({
  keys: z
    .array(apiKey)
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'has the same id more than once'),
  organisations: z.record(orgName, z.strictObject({ maxCalls: z.int().min(1).max(100_000).optional() })).optional(),
});
export type KeyFile = z.infer<typeof keyFile>;

/** The message says which file, what is wrong with it, and what to do. */
export class KeyFileError extends Error {
  override name = 'KeyFileError';
}

export function readKeyFile(path: string): KeyFile {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const advice = 'GATEWAY_KEYS_FILE must name a file that `npm run keys -- create` has made';
    throw new KeyFileError(`The API keys in ${path} cannot be read (${(cause as Error).message}): ${advice}.`, {
      cause,
    });
  }
  const parsed = keyFile.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: at, message }) => `${pointer(...at) || '/'}: ${message}`);
  throw new KeyFileError([`The API keys in ${path} do not fit:`, ...problems].join('\n  '));
}

/** In one step, so that a gateway never reads half a file. Only its owner may read it. */
export function writeKeyFile(path: string, file: KeyFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const half = `${path}.${randomBytes(4).toString('hex')}`;
  writeFileSync(half, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  renameSync(half, path);
}

export const keysById = ({ keys }: KeyFile): ReadonlyMap<string, ApiKey> => new Map(keys.map((key) => [key.id, key]));
