import { z } from 'zod';

/** Longest wait that a Node timer can hold. Milliseconds. */
const MAX_TIMER_MS = 2_147_483_647;

const whole = (min: number, max: number) =>
  z.string().transform((text, context) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    context.addIssue({ code: 'custom', message: `must be a whole number from ${min} to ${max}, not "${text}"` });
    return z.NEVER;
  });

export const port = (fallback: number) => whole(1, 65_535).default(fallback);
export const optionalPort = whole(1, 65_535).optional();
export const count = (fallback: number, min = 0) => whole(min, 10_000).default(fallback);
export const limit = whole(1, 100_000).optional();
/** A number, or as many as the agent hosts have places for. */
export const totalLimit = z
  .union([z.literal('agents'), whole(1, 100_000)], {
    error: ({ input }) => `must be "agents" or a whole number from 1 to 100000, not "${String(input)}"`,
  })
  .optional();
export const optionalCount = (min: number) => whole(min, 10_000).optional();
export const milliseconds = (fallback: number, min = 0) => whole(min, MAX_TIMER_MS).default(fallback);
export const optionalMilliseconds = (min: number) => whole(min, MAX_TIMER_MS).optional();
/** MAX_DIAL_MS of the contract, which a test compares. */
export const optionalDialMs = whole(1, 75_000).optional();

export const text = (fallback: string) => z.string().default(fallback);
export const optionalText = z.string().optional();

const fits = (check: (value: string) => boolean, message: string) =>
  z.string().refine(check, { error: (issue) => `${message}, not "${withoutLogin(String(issue.input))}"` });

const LOGIN = /\/\/[^/?#]*@/;
const withoutLogin = (text: string) => text.replace(LOGIN, '//[login]@');

const hasScheme = (value: string, schemes: readonly string[]) =>
  URL.canParse(value) && schemes.includes(new URL(value).protocol);

export const webUrl = fits((value) => hasScheme(value, ['http:', 'https:']), 'must be an http:// or https:// URL');

export const liveKitUrl = fits(
  (value) => hasScheme(value, ['ws:', 'wss:', 'http:', 'https:']),
  'must be a ws:// or wss:// URL',
);

export const socketUrl = fits((value) => hasScheme(value, ['ws:', 'wss:']), 'must be a ws:// or wss:// URL');

const NO_LOGIN =
  'must be without a login (user:password@), which requests cannot carry: a key has a variable of its own, anything else needs a proxy';
/** Of providers. */
export const webUrlWithoutLogin = webUrl.refine((value) => !LOGIN.test(value), NO_LOGIN);
export const socketUrlWithoutLogin = socketUrl.refine((value) => !LOGIN.test(value), NO_LOGIN);

/** It becomes part of a package's name. */
const plugin = fits(
  (value) => /^[a-z0-9][a-z0-9-]*$/.test(value),
  'must be the name of a provider, as in espeak, deepgram or openai',
);
export const pluginName = (fallback: string) => plugin.default(fallback);
export const optionalPluginName = plugin.optional();

export const portRange = (fallback: string) =>
  fits((value) => {
    const [first = 0, last = 0] = /^\d{1,5}-\d{1,5}$/.test(value) ? value.split('-').map(Number) : [];
    return first > 0 && first < last && last <= 65_535;
  }, 'must be a range of ports, as in 10000-10199').default(fallback);

export const hostAndPort = fits((value) => /^[^\s/]+:\d{1,5}$/.test(value), 'must be host:port, as in 127.0.0.1:7233');

/** It becomes part of a task queue name. */
export const hostId = fits(
  (value) => /^[\w.-]{1,100}$/.test(value),
  'must be 1 to 100 letters, digits, dots, dashes or underscores',
);

/** The value itself stays out of the message. */
export const optionalSecret = z
  .string()
  .min(32, 'must have at least 32 characters (openssl rand -base64 32 makes one)')
  .optional();
export const secret = (fallback: string) => optionalSecret.default(fallback);

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) =>
  z
    .enum(values, { error: (issue) => `must be one of ${values.join(', ')}, not "${String(issue.input)}"` })
    .default(fallback as never);

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value;

const parts = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** Comma-separated items. */
const list = (fits: (item: string) => boolean, error: string) =>
  z
    .string()
    .default('')
    .transform(parts)
    .refine((items) => items.every(fits), { error });

const KEY = /^([\w.-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** Comma-separated keys, each with a name; the values stay out of the message. */
export const encryptionKeys = z
  .string()
  .default('')
  .transform((list, context) => {
    const keys = parts(list).map((item) => {
      const [, id = '', key = ''] = KEY.exec(item) ?? [];
      return { id, key };
    });
    const distinct = new Set(keys.map(({ id }) => id)).size === keys.length;
    if (distinct && keys.every(({ key }) => key !== '')) return keys;
    const message = 'must be name:key separated by commas, names distinct, each key from openssl rand -base64 32';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** Comma-separated web origins. */
export const origins = list(
  isOrigin,
  'must be web origins separated by commas, as in https://app.example,http://localhost:3000',
);

/** Comma-separated http or https URLs. */
export const webUrls = list(
  (url) => hasScheme(url, ['http:', 'https:']),
  'must be http:// or https:// URLs separated by commas, as in http://agent-1:8082,http://agent-2:8082',
);

/** Comma-separated beginnings of phone numbers, and SIP addresses. */
export const destinations = list(
  (item) => /^(\+\d{0,15}|sips?:([^\s@]+@[^\s@]+)?)$/.test(item),
  'must be beginnings of phone numbers, or SIP addresses, separated by commas, as in +4930,+1212,sip:desk@pbx.example',
);

/** Comma-separated hosts, each with a port or without. */
export const hosts = list(
  (host) => /^[^\s/@?#]+$/.test(host),
  'must be hosts separated by commas, as in backend,10.0.0.5:9000',
);
