import { APIConnectionError } from '@livekit/agents';

/** An error of `fetch`, as one that the framework asks again after; any other as it is. */
export function networkError(error: unknown, label: string): unknown {
  if (!(error instanceof TypeError)) return error; // fetch's, of the network
  const { message } = error.cause instanceof Error ? error.cause : error;
  return new APIConnectionError({ message: `the connection to ${label} failed: ${message}` });
}
