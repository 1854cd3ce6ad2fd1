import { lookup } from 'node:dns/promises';
import { z } from 'zod';

/** A host answers its health at once, or is in trouble. Milliseconds. */
const ANSWER_MS = 2_000;

export const hostHealth = z
  .object({
    url: z.string().describe('Where the gateway asked'),
    ready: z.boolean().describe('Takes calls'),
    problems: z.array(z.string()).describe('Why it does not; for operators'),
    hostId: z.string().optional(),
    draining: z.boolean().optional(),
    warm: z.number().optional().describe('Loaded processes that wait for a call'),
    capacity: z.object({ max: z.number(), active: z.number(), free: z.number() }).optional().describe('Calls'),
  })
  .meta({ id: 'AgentHost' });
export type HostHealth = z.infer<typeof hostHealth>;

/** What a host says of itself (agent/host/health.ts). */
const answer = hostHealth.omit({ url: true, ready: true }).extend({ ok: z.boolean() });

/** Asks each host how it is. A name with several addresses (one for each replica) stands for all of them. */
export async function lookAtHosts(urls: readonly string[]): Promise<HostHealth[]> {
  const looked = (await Promise.all(urls.map(lookAtName))).flat();
  const known = new Set<string>();
  return looked.filter(({ hostId }) => hostId === undefined || (!known.has(hostId) && known.add(hostId)));
}

async function lookAtName(url: string): Promise<HostHealth[]> {
  const hosts = await Promise.all((await addressesOf(url)).map(lookAt));
  const answered = hosts.filter(({ hostId }) => hostId !== undefined);
  return answered.length > 0 ? answered : hosts.slice(0, 1);
}

async function addressesOf(url: string): Promise<string[]> {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:') return [url]; // a certificate is for the name
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  if (found.length < 2) return [url];
  return found.map(({ address, family }) => {
    const each = new URL(url);
    each.hostname = family === 6 ? `[${address}]` : address;
    return each.href;
  });
}

async function lookAt(url: string): Promise<HostHealth> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(ANSWER_MS) });
    const { ok, ...said } = answer.parse(await response.json());
    return { url, ready: ok, ...said };
  } catch (error) {
    return { url, ready: false, problems: [`does not answer as an agent host does: ${reason(error)}`] };
  }
}

const reason = (error: unknown): string => {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'it is something else (AGENT_HEALTH_URLS)';
  const { name, message, cause } = error as Error;
  if (name === 'TimeoutError') return `nothing within ${ANSWER_MS} ms`;
  return cause instanceof Error ? cause.message : message;
};
