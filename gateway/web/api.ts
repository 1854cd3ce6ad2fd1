import { GatewayClient, GatewayError } from '../../client/index.js';
import { askForKey, storedKey } from './api-key.js';

/** The gateway that this page comes from. */
export const api = new GatewayClient({ url: location.origin, apiKey: storedKey });

api.http.use({
  onResponse: ({ response }) => {
    if (response.status === 401) askForKey();
  },
});

/** What to tell a person. */
export function words(error: unknown): string {
  if (!(error instanceof GatewayError)) return (error as Error).message;
  if (error.status === undefined) return 'The gateway does not answer. Is it running? (npm start)';
  const { title, detail } = error.details ?? {};
  return title && detail ? `${title}: ${detail}` : error.message;
}

export const isAbort = (error: unknown): boolean => (error as Error).name === 'AbortError';
