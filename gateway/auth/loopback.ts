import { isIPv4 } from 'node:net';

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.'));

/** Without keys anyone who reaches the port can make calls, so nobody from outside may. */
export function refuseOpenDoor(host: string, hasKeys: boolean): void {
  if (hasKeys || isLoopback(host)) return;
  throw new Error(
    `GATEWAY_HOST is ${host}, but there are no API keys, and whoever reaches the gateway could make calls. ` +
      'Make keys (npm run keys -- create --org acme --scope call,read) and set GATEWAY_KEYS_FILE, ' +
      'or set GATEWAY_HOST=127.0.0.1.',
  );
}
