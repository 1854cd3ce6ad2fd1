import type { Client } from '@temporalio/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startCall } from '../../../gateway/calls/start.js';
import type { StartCall } from '../../../gateway/calls/port.js';
import { testGateway } from './fakes.js';

const FOREVER = new Promise<never>(() => undefined);

/** A Temporal that has the call, whose agent never becomes ready. */
const temporal = {
  withDeadline: (_deadline: number, request: () => Promise<unknown>) => request(),
  workflow: {
    executeUpdateWithStart: () => FOREVER,
    getHandle: (workflowId: string) => ({
      describe: async () => ({
        workflowId,
        status: { name: 'RUNNING' },
        startTime: new Date(),
        typedSearchAttributes: { get: () => undefined },
        memo: { requestHash: 'hash' },
      }),
    }),
  },
} as unknown as Client;

describe('a gateway that is told to stop', () => {
  it('answers who waits for a call with what is known of it', async () => {
    const { app, calls } = await testGateway();
    await app.inject({ method: 'POST', url: '/v1/calls?wait=ready', payload: { flowId: 'greeting' } });
    const { input } = calls.started[0]!;
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const stopping = new AbortController();
    const call: StartCall = {
      input,
      requestHash: 'hash',
      keyed: false,
      waitReadyMs: 45_000,
      stopping: stopping.signal,
    };
    const answered = vi.fn();
    const answer = startCall(temporal, call).finally(answered);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(answered).not.toHaveBeenCalled();
    stopping.abort();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(answered).toHaveBeenCalled();
    expect(await answer).toEqual({ status: 'active', stage: 'admitted', timedOut: true });
    const late = startCall(temporal, call); // it came in while the gateway stopped
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await late).toMatchObject({ timedOut: true });
  });

  it('says so to whoever waits, and is not held up by their connections', async () => {
    const { app, calls } = await testGateway();
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    let answer = (): void => undefined;
    calls.startAnswer = new Promise((resolve) => (answer = resolve));
    const request = fetch(`${url}/v1/calls?wait=ready`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"flowId": "greeting"}',
    });
    await vi.waitFor(() => expect(calls.started).toHaveLength(1), 20_000);
    const { stopping } = calls.started[0]!;
    expect(stopping?.aborted).toBe(false);
    const closed = app.close();
    await vi.waitFor(() => expect(stopping?.aborted).toBe(true), 20_000);
    answer();
    expect((await request).headers.get('connection')).toBe('close');
    await closed;
  });
});
