import type { Client } from '@temporalio/client';
import type { Env } from '../../platform/env.js';

/** What the checks look at. */
export interface Patient {
  env: Env;
  gatewayUrl: string;
  /** Health addresses of agent hosts. */
  agentUrls: readonly string[];
  /** Connected by the check `temporal`, which all that use it need. */
  client: Client;
  /** Our clock. */
  now: () => number;
}

/** What is wrong, and what to do about it. */
export class Unwell extends Error {
  constructor(
    readonly seen: string,
    readonly todo: string,
  ) {
    super(`${seen}. ${todo}`);
  }
}

/** There is nothing to look at. */
export class NotUsed extends Error {}

export interface Check {
  id: string;
  /** Checks without which this one can tell nothing. */
  needs?: readonly string[];
  /** What was seen. @throws Unwell, NotUsed */
  look(patient: Patient): Promise<string>;
}

/** No single question takes longer. Milliseconds. */
export const ANSWER_MS = 5_000;

/** @throws Unwell when nobody answers */
export async function get(url: string, todo: string): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new Unwell(`${url} does not answer: ${cause?.message || message}`, todo);
  }
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** "1 host", "2 hosts". */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
