import type { Agent } from '#stack';

/** A job as its host lists it. */
export interface ListedJob {
  callId: string;
  attempt: number;
  jobId: string;
  stage: 'accepted' | 'loading' | 'connecting' | 'ready';
  pid?: number;
  host: Agent;
}

const ANSWER_MS = 2_000;

async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
  return (await answer.json()) as T;
}

/** Jobs of all hosts that run. */
export async function listJobs(hosts: readonly Agent[]): Promise<ListedJob[]> {
  const lists = hosts
    .filter(({ running }) => running)
    .map(async (host) => {
      const { jobs } = await ask<{ jobs: Omit<ListedJob, 'host'>[] }>(`${host.healthUrl}/jobs`);
      return jobs.map((job) => ({ ...job, host }));
    });
  return (await Promise.all(lists)).flat();
}

export interface Readiness {
  ok: boolean;
  problems: string[];
  registered: boolean;
  warm: number;
  capacity: { max: number; active: number; free: number };
}

export const readiness = (host: Agent): Promise<Readiness> => ask<Readiness>(`${host.healthUrl}/readyz`);
