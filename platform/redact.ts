const SECRET_KEY = /token|secret|api_?key|password|authorization|phone/i;
/** As in +49 30 901820, %2B4930901820 (a URL), tel:4930901820. Groups are short, so times and ids are none. */
const PHONE_NUMBER = /(?:\+|%2[bB]|\b(?:tel|sip|sips):\+?)\d(?:[ ().-]{0,2}\d){6,14}\b/g;
const API_KEY = /\bdck_[\w-]+/g;
const WEBHOOK_SECRET = /\bwhsec_[\w+/=-]+/g;
const BEARER = /\bBearer +[\w.~+/=-]{8,}/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;
/** Of a URL. */
const LOGIN = /\/\/[^\s/?#@:]*:[^\s/?#@]+@/g;
const MAX_DEPTH = 8;

const redactText = (text: string) =>
  text
    .replace(PHONE_NUMBER, '[phone]')
    .replace(JSON_WEB_TOKEN, '[token]')
    .replace(API_KEY, '[key]')
    .replace(WEBHOOK_SECRET, '[secret]')
    .replace(BEARER, 'Bearer [token]')
    .replace(LOGIN, '//[login]@');

const errorFields = (error: Error) => ({
  name: error.name,
  message: error.message,
  stack: error.stack,
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});

/** A copy that may be logged: no secrets, no phone numbers, errors as plain fields. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Date) return value.toISOString();
  const fields = value instanceof Error ? errorFields(value) : value;
  return Object.fromEntries(
    Object.entries(fields).map(([key, inner]) => [
      key,
      SECRET_KEY.test(key) && inner !== undefined ? '[redacted]' : redact(inner, depth + 1),
    ]),
  );
}
