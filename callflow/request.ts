import type { HttpRequest, Variables } from '../contract/flow.js';
import type { Filled, FilledRequest } from './commands.js';
import { LIMITS } from './limits.js';
import { fillJson, fillLine, fillUrl } from './template.js';

const TIMEOUT_MS = 5_000;
const RETRIES = 2;

/** A request with its variables filled in, or why it must not be sent. */
export function fillRequest(request: HttpRequest, vars: Variables): FilledRequest | { refused: string } {
  const { method, headers = {}, body, timeoutMs = TIMEOUT_MS, retries = RETRIES } = request;
  const url = fillUrl(request.url, vars);
  if (climbs(url)) return { refused: 'a value in the URL is "." or "..", which would name another resource' };
  const filled = {
    method,
    url,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fillLine(value, vars)])),
    ...(body !== undefined && { body: fillJson(body, vars) }),
    timeoutMs,
    retries,
  };
  // It goes through the call's history, which takes no more.
  if (JSON.stringify(filled).length > LIMITS.requestSize) return { refused: 'with its values it is too large' };
  return filled;
}

/** Encoding leaves dots alone, and a URL parser drops segments for them. */
const climbs = (url: Filled): boolean =>
  (typeof url === 'string' ? [url] : url)
    .map((part) => (typeof part === 'string' ? part : 'x'))
    .join('')
    .replace(/[?#].*$/s, '')
    .split('/')
    .some((segment) => segment === '.' || segment === '..');
