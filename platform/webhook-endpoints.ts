import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Logger } from './logger.js';
import { watchFile } from './watched-file.js';

/** As Standard Webhooks writes them: 24 to 64 random bytes. */
const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;

const secret = z
  .string()
  .refine((value) => SECRET.test(value), 'must be "whsec_" and 24 to 64 bytes in base64 (openssl rand -base64 32)');

const url = z.string().refine((value) => {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && !username && !password;
}, 'must be an https:// or http:// URL without a user name');

const endpoint = (types: readonly [string, ...string[]]) =>
  z.strictObject({
    url,
    /** Two while one is replaced by the other: each attempt is signed with both. */
    secret: z.preprocess((one) => (typeof one === 'string' ? [one] : one), z.array(secret).min(1).max(2)),
    /** Default: all. */
    events: z.array(z.enum(types)).min(1).optional(),
  });

const fileOf = (types: readonly [string, ...string[]]) =>
  z.record(
    z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be the name of an organisation'),
    z
      .array(endpoint(types))
      .max(20)
      .refine((all) => new Set(all.map((each) => each.url)).size === all.length, 'has the same URL more than once'),
  );

export interface Endpoint {
  /** Follows from the URL; stands for it where the URL has no place. */
  id: string;
  url: string;
  secrets: string[];
  events: readonly string[];
}

export interface Endpoints {
  of(org: string): readonly Endpoint[];
  close(): void;
}

/** The message says which file, what is wrong with it, and what to do. Values stay out of it. */
export class WebhooksFileError extends Error {
  override name = 'WebhooksFileError';
}

export interface EndpointRules {
  /** Kinds of event there are. */
  types: readonly [string, ...string[]];
  /** Whether requests may go there. */
  allowed(url: URL): boolean;
}

/** @throws WebhooksFileError */
export function readEndpoints(path: string, { types, allowed }: EndpointRules): ReadonlyMap<string, Endpoint[]> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    // A parser's message quotes the text, and secrets stand in it.
    const why = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
    throw new WebhooksFileError(`The webhooks in ${path} cannot be read (${why}): see docs/webhooks.md.`);
  }
  const parsed = fileOf(types).safeParse(document);
  const problems = parsed.success
    ? Object.entries(parsed.data).flatMap(([org, all]) =>
        all.flatMap((each, at) =>
          allowed(new URL(each.url))
            ? []
            : [`/${org}/${at}/url: leads inside this network; if it should, add its host to HTTP_ALLOW_HOSTS`],
        ),
      )
    : parsed.error.issues.map(({ path: at, message }) => `/${at.join('/')}: ${message}`);
  if (!parsed.success || problems.length > 0)
    throw new WebhooksFileError([`The webhooks in ${path} do not fit:`, ...problems].join('\n  '));
  return new Map(
    Object.entries(parsed.data).map(([org, all]) => [
      org,
      all.map((each) => ({
        id: createHash('sha256').update(each.url).digest('hex').slice(0, 12),
        url: each.url,
        secrets: each.secret,
        events: each.events ?? types,
      })),
    ]),
  );
}

/** The endpoints of a file, read again whenever it changes. */
export function watchEndpoints(path: string, rules: EndpointRules, logger: Logger): Endpoints {
  const file = watchFile(path, (from) => readEndpoints(from, rules), {
    read: (all) => logger.info('Webhook endpoints read', { file: path, organisations: all.size }),
    failed: (error) => logger.error('The changed webhooks are not used: those of before still hold', { error }),
  });
  return { of: (org) => file.value.get(org) ?? [], close: () => file.close() };
}
