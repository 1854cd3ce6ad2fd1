import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problems.js';
import { isLoopback } from './loopback.js';
import type { ApiKey, Scope } from './key.js';
import type { Keys } from './keys.js';

/**
 * Who may use a route: a key with this scope, everybody, or whoever the route itself lets in by a token of another
 * kind (`own-token`).
 */
export type Access = Scope | 'public' | 'own-token';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    /** Whose request this is. A call of another organisation is not found. Empty where no key is asked for. */
    org: string;
    /** Undefined where no key is asked for, and while there are none. */
    key: ApiKey | undefined;
  }
}

export const DEFAULT_ORG = 'default';

export const scopeOf = (access: Access | undefined): Scope | undefined =>
  access === 'public' || access === 'own-token' ? undefined : access;

/** Lets nobody pass whom the route's `config.access` does not name. A route that says nothing of it is a defect. */
export function authenticate(app: FastifyInstance, keys: Keys | undefined): void {
  app.decorateRequest('org', '');
  app.decorateRequest('key', undefined);
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.access) throw new Error(`${String(method)} ${url} does not say who may use it: config.access`);
  });
  app.addHook('onRequest', async (request) => {
    const scope = scopeOf(request.routeOptions.config.access);
    if (!scope) return;
    if (keys) {
      request.key = withScope(keyOf(request, keys), scope);
      request.org = request.key.org;
    } else {
      refuseForeignHost(request);
      request.org = DEFAULT_ORG;
    }
  });
}

/** Whether a request that lasts may go on: its key may have been revoked since it came, or lost the route's scope. */
export function mayGoOn(request: FastifyRequest, keys: Keys | undefined): boolean {
  const scope = scopeOf(request.routeOptions.config.access);
  if (!keys || !scope) return true;
  const key = findKey(request, keys);
  return key?.org === request.org && key.scopes.includes(scope);
}

function findKey({ headers }: FastifyRequest, keys: Keys): ApiKey | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return token === undefined ? undefined : keys.find(token);
}

function keyOf(request: FastifyRequest, keys: Keys): ApiKey {
  const key = findKey(request, keys);
  if (key) return key;
  const what = request.headers.authorization === undefined ? 'No API key was sent' : 'The API key is not known here';
  throw new Problem(
    'unauthorized',
    `${what}. Send one as "Authorization: Bearer …"; npm run keys -- create makes one.`,
  );
}

function withScope(key: ApiKey, scope: Scope): ApiKey {
  if (key.scopes.includes(scope)) return key;
  throw new Problem('forbidden', `This needs a key with the scope "${scope}"; this key has: ${key.scopes.join(', ')}.`);
}

/** A web page whose name was made to resolve to this machine (DNS rebinding) would otherwise be let in. */
function refuseForeignHost({ hostname }: FastifyRequest): void {
  if (isLoopback(hostname)) return;
  throw new Problem(
    'forbidden',
    `Without API keys only requests to this machine's own address are answered, not those to "${hostname}". ` +
      'Use http://127.0.0.1, or set GATEWAY_KEYS_FILE.',
  );
}
