import type { FastifyInstance } from 'fastify';
import { isIPv4 } from 'node:net';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request this is. A call of another organisation is not found. */
    org: string;
  }
}

export const DEFAULT_ORG = 'default';

/** The one place that says who asks. There are no keys yet: everybody who reaches the loopback address is `default`. */
export function identifyOrganisation(app: FastifyInstance): void {
  app.decorateRequest('org', '');
  app.addHook('onRequest', async (request) => {
    request.org = DEFAULT_ORG;
  });
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** Without keys anyone who reaches the port can make calls, so nobody from outside may. */
export function refuseOpenDoor(host: string): void {
  if (isLoopback(host)) return;
  throw new Error(
    `GATEWAY_HOST is ${host}, but the gateway has no API keys yet and whoever reaches it could make calls. ` +
      'Set GATEWAY_HOST=127.0.0.1 and put a proxy that checks who asks in front of it.',
  );
}
