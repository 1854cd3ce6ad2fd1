import { isAllowedHost } from '../callflow/addresses.js';
import { CALL_EVENT_TYPES } from '../contract/index.js';
import type { Env } from '../platform/env.js';
import type { Logger } from '../platform/logger.js';
import { watchEndpoints, type Endpoints } from '../platform/webhook-endpoints.js';

/** Whose calls are told the outside, and whom of it. Undefined: nobody's, and nobody. @throws WebhooksFileError */
export function webhookEndpoints(
  { webhooks: { file }, http }: Pick<Env, 'webhooks' | 'http'>,
  logger: Logger,
): Endpoints | undefined {
  const allowed = (url: URL) => isAllowedHost(url, http.allowHosts);
  return file === undefined ? undefined : watchEndpoints(file, { types: CALL_EVENT_TYPES, allowed }, logger);
}
