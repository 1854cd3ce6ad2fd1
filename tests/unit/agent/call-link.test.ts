import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { CallLink } from '../../../agent/host/call-link.js';
import type { Logger } from '../../../platform/logger.js';

const logger = { warn: () => undefined, log: () => undefined } as unknown as Logger;

function linkTo(status: string, attempt: number, stage: string): CallLink {
  const describe = async () => ({
    status: { name: status },
    searchAttributes: { CallAttempt: [attempt], CallStage: [stage] },
  });
  const withDeadline = (_at: number, send: () => Promise<unknown>) => send();
  return new CallLink({ workflow: { getHandle: () => ({ describe }) }, withDeadline } as unknown as Client, logger);
}

describe('a job of attempt 2', () => {
  it.each([
    ['RUNNING', 2, 'dispatch', true],
    ['RUNNING', 2, 'agent-ready', true],
    ['PAUSED', 2, 'agent-ready', true],
    ['RUNNING', 2, 'flow', false], // the call has its agent: a second job would push it out of the room
    ['RUNNING', 2, 'caller', false],
    ['RUNNING', 3, 'dispatch', false],
    ['RUNNING', 1, 'dispatch', false],
    ['RUNNING', 2, 'cleanup', false],
    ['TERMINATED', 2, 'agent-ready', false],
  ])('of a call that is %s, at attempt %i, in stage %s: wanted is %s', async (status, attempt, stage, wanted) => {
    expect(await linkTo(status, attempt, stage).wants('c', 2)).toBe(wanted);
  });
});
