import ipaddr from 'ipaddr.js';

/** True for addresses inside someone's network: loopback, private, link-local and all else that is not the public internet. */
export function isPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() !== 'unicast';
}

/** Names that lead inside without a public lookup. Others are checked again when their address is known. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  return isPrivateAddress(host) || !/[.:]/.test(host) || /\.(localhost|local|internal|lan|home\.arpa)$/.test(host);
}

/** `allowHosts` names hosts ("10.0.0.5", "backend") or hosts with a port ("127.0.0.1:9000"). */
export const isAllowedHost = (url: URL, allowHosts: readonly string[]): boolean =>
  allowHosts.includes(url.host) || allowHosts.includes(url.hostname) || !isPrivateHost(url.hostname);
