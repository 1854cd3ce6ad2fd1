import { createHash, randomBytes } from 'node:crypto';

/** 96 bits: nobody guesses an id, and two keys never meet. Short enough to read out and to grep for. */
const BYTES = 12;

/** The same key of the same organisation always names the same call. Without a key every request is a new call. */
export const newCallId = (org: string, idempotencyKey?: string): string =>
  idempotencyKey === undefined ? randomBytes(BYTES).toString('hex') : digest([org, idempotencyKey]).slice(0, BYTES * 2);

export const isCallId = (value: string): boolean => /^[\w-]{1,64}$/.test(value);

/** What tells a repeated request from another one under the same key. The order of fields does not matter. */
export const requestHash = (body: unknown): string => digest(body);

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value, sortKeys)).digest('hex');

const sortKeys = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
