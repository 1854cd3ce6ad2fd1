import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { describe, expect, it, vi } from 'vitest';
import type { CallView } from '../../../contract/index.js';
import { endedSince } from '../../../gateway/calls/census.js';
import { EndedCalls } from '../../../gateway/metrics/ended-calls.js';
import { EncryptionError } from '../../../platform/encryption/index.js';
import { callView, testGateway } from './fakes.js';

const over = (callId: string): CallView =>
  callView({
    callId,
    status: 'ended',
    stage: 'ended',
    attempts: [
      { attempt: 1, outcome: 'not-accepted' },
      { attempt: 2, outcome: 'ready' },
    ],
    timeline: [
      { stage: 'agent-ready', at: 1_000, ms: 400 },
      { stage: 'ended', at: 1_400, ms: 0 },
    ],
    ended: { reason: 'completed', by: 'agent', fault: 'none', stage: 'flow', retryable: false, detail: 'Done.' },
  });

describe('GET /metrics', () => {
  it('counts ended calls once, by reason, and how long their stages took', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('a', over('a')).set('b', over('b')).set('c', callView());
    await app.inject('/metrics');
    calls.views.set('d', over('d'));
    const [{ headers, body }] = await Promise.all([app.inject('/metrics'), app.inject('/metrics')]);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const again = (await app.inject('/metrics')).body;
    for (const line of [
      'durable_calls_ended_total{reason="completed",fault="none",direction="web"} 3',
      'durable_calls_stage_seconds_bucket{le="0.5",stage="agent-ready",direction="web"} 3',
      'durable_calls_stage_seconds_count{stage="agent-ready",direction="web"} 3',
      'durable_calls_attempts_total{outcome="ready"} 3',
      'durable_calls_active 1',
    ]) {
      expect(again).toContain(line);
    }
    expect(body).toContain('durable_calls_http_request_seconds_count{method="GET",route="/metrics",status="200"} 1');
    expect(again).not.toContain('stage="ended"');
    expect(again).toContain('process_cpu_seconds_total');
  });

  it('tells what it knows while Temporal is away', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('a', over('a'));
    await app.inject('/v1/calls/secret-id');
    calls.down = true;
    const { statusCode, body } = await app.inject('/metrics');
    expect(statusCode).toBe(200);
    expect(body).toContain('route="/v1/calls/:callId",status="404"');
    expect(body).not.toContain('secret-id');
    calls.down = false;
    expect((await app.inject('/metrics')).body).toContain('durable_calls_ended_total{reason="completed"');
  });
});

describe('ended calls', () => {
  it('that Temporal tells of late are not missed, and those of before are not counted', async () => {
    const asked: number[] = [];
    const began = Date.now() - 10 * 60_000;
    const read = async (since: number, known: ReadonlySet<string>) => {
      asked.push(since);
      return known.has('late') ? [] : [over('late')];
    };
    const ended = new EndedCalls(read, () => undefined, began);
    expect(await ended.next()).toHaveLength(1);
    expect(await ended.next()).toHaveLength(0);
    expect(asked[0]).toBe(began);
    expect(asked[1]).toBeGreaterThan(began);
    expect(asked[1]).toBeLessThan(Date.now() - 50_000);
  });

  it('of which one cannot be decrypted are counted but for that one, which is told once', async () => {
    const listed = ['gone', 'fine'];
    const client = {
      withDeadline: (_: number, request: () => Promise<unknown>) => request(),
      workflowService: {
        listWorkflowExecutions: async () => ({
          executions: listed.map((callId) => ({ execution: { workflowId: `call/${callId}` } })),
          nextPageToken: new Uint8Array(),
        }),
      },
      workflow: {
        options: { namespace: 'test' },
        getHandle: (workflowId: string) => ({
          async describe() {
            if (workflowId === 'call/gone') throw new EncryptionError('the key is gone');
            const status = { name: 'COMPLETED' };
            return { workflowId, status, startTime: new Date(), typedSearchAttributes: new TypedSearchAttributes() };
          },
          result: async () => over('fine'),
        }),
      },
    } as unknown as Client;
    const unreadable = vi.fn();
    const ended = new EndedCalls((...which) => endedSince(client, ...which), unreadable);
    expect(await ended.next()).toEqual([over('fine')]);
    expect(await ended.next()).toEqual([]);
    expect(unreadable.mock.calls).toEqual([['gone', new EncryptionError('the key is gone')]]);
  });
});
