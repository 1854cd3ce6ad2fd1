import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** `call`: start calls and hang up. `read`: see calls and flows. `admin`: metrics. None includes another. */
export const SCOPES = ['call', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

const SECRET_BYTES = 32;
const TOKEN = /^dck_([0-9a-f]{12})_([\w-]{43})$/;

export const orgName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

/** What is kept of a key. The secret is random, so one round of SHA-256 is enough: there is nothing to guess. */
export const apiKey = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/, 'must be 12 hexadecimal digits'),
  org: orgName,
  scopes: z.array(z.enum(SCOPES)).min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hexadecimal'),
  created: z.string(),
  note: z.string().max(200).optional(),
});
export type ApiKey = z.infer<typeof apiKey>;

/** A new key: the token, which is shown once, and what is kept of it. */
export function newKey(org: string, scopes: Scope[], note?: string): { token: string; key: ApiKey } {
  const id = randomBytes(6).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const created = new Date().toISOString();
  return {
    token: `dck_${id}_${secret}`,
    key: { id, org, scopes, hash: hashOf(secret).toString('hex'), created, ...(note !== undefined && { note }) },
  };
}

const NOBODY = Buffer.alloc(32);

/** The key that a token belongs to. An unknown id takes as long as a wrong secret. */
export function findKey(keys: ReadonlyMap<string, ApiKey>, token: string): ApiKey | undefined {
  const [, id = '', secret = ''] = TOKEN.exec(token) ?? [];
  const key = keys.get(id);
  const same = timingSafeEqual(hashOf(secret), key ? Buffer.from(key.hash, 'hex') : NOBODY);
  return key && same ? key : undefined;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
