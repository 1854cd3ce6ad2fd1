import type { Flow, HttpRequest } from '../../contract/flow.js';
import { isDestination } from '../../contract/phone.js';
import { isAllowedHost } from '../addresses.js';
import type { FlowError, Path } from './errors.js';
import { flowError } from './errors.js';

/** Headers that carry a credential: it must come from the environment, since flows are kept under version control. */
const CREDENTIALS = /^(authorization|proxy-authorization|cookie|.*(api-?key|token|secret|password).*)$/i;

export const checkRequests = (flow: Flow, allowHosts: readonly string[]): FlowError[] =>
  Object.entries(flow.nodes).flatMap(([name, node]) => {
    if (node.type === 'http') return checkRequest(['nodes', name], node, allowHosts);
    if (node.type === 'transfer') return checkAddress(['nodes', name, 'to'], node.to);
    if (node.type !== 'converse') return [];
    return Object.entries(node.tools ?? {}).flatMap(([tool, { request }]) =>
      checkRequest(['nodes', name, 'tools', tool, 'request'], request, allowHosts),
    );
  });

export const checkRequest = (
  at: Path,
  { method, url, headers = {}, body }: Pick<HttpRequest, 'url' | 'headers' | 'body'> & { method?: string },
  allowHosts: readonly string[],
): FlowError[] => [
  ...checkUrl([...at, 'url'], url, allowHosts),
  ...(method === 'GET' && body !== undefined ? [flowError([...at, 'body'], 'a GET has no body')] : []),
  ...Object.entries(headers).flatMap(([name, value]) =>
    CREDENTIALS.test(name) && !/\{\{\s*secrets\./.test(value)
      ? [flowError([...at, 'headers', name], 'a secret goes by reference: {{secrets.NAME}}')]
      : [],
  ),
];

/** A variable may fill in a path or query, never the host: else a caller's words could choose where a request goes. */
function checkUrl(path: Path, template: string, allowHosts: readonly string[]): FlowError[] {
  const behindConfig = /^\{\{\s*config\.\w+\s*\}\}([^/?#]*)/.exec(template)?.[1];
  if (behindConfig !== undefined) {
    if (behindConfig.includes('{{'))
      return [flowError(path, 'a variable right after {{config.NAME}} could change its host: write {{config.NAME}}/…')];
    return /^[.:@]/.test(behindConfig)
      ? [flowError(path, 'all of the host, and its port, belong into {{config.NAME}}: then write {{config.NAME}}/…')]
      : [];
  }
  const base = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(template)?.[0] ?? '';
  if (base.includes('{{'))
    return [flowError(path, 'a variable cannot stand in the host: use {{config.NAME}} for all of it')];
  let url: URL;
  try {
    url = new URL(template.replace(/\{\{.*?\}\}/g, 'x'));
  } catch {
    return [flowError(path, 'is not a URL: write https://host/path')];
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return [flowError(path, 'must begin with https:// or http://')];
  if (url.username !== '' || url.password !== '')
    return [flowError(path, 'holds a user or password: use an Authorization header with {{secrets.NAME}}')];
  return isAllowedHost(url, allowHosts)
    ? []
    : [
        flowError(
          path,
          `${url.hostname} is inside a private network: have the operator allow it, or use a public host`,
        ),
      ];
}

function checkAddress(path: Path, to: string): FlowError[] {
  return isDestination(to) || to.includes('{{') ? [] : [flowError(path, ADDRESS)];
}

/** None else could be allowed by PHONE_ALLOW. */
const ADDRESS =
  'must be a phone number in international format, as in +4930901820, or a SIP address, as in sip:desk@pbx.example';
