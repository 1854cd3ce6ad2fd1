import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedCall } from '../../gateway/schemas/requests.js';
import { joinAsCaller } from '../../scripts/call/caller.js';
import { type Collector, startCollector } from '../support/collector.js';
import { startStack, type Stack } from '../support/stack.js';
import { Callers, PATIENT, until } from './harness.js';

describe('traces', () => {
  let stack: Stack;
  let collector: Collector;
  beforeAll(async () => {
    collector = await startCollector();
    stack = await startStack({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' } });
  });
  afterAll(async () => {
    await Callers.dispose();
    await stack?.stop();
    collector?.close();
  });

  it('one call is one trace: request, workflow, activities, agent job', async () => {
    const traceId = randomBytes(16).toString('hex');
    const clientSpan = randomBytes(8).toString('hex');
    const answer = await fetch(`${stack.urls.gateway}/v1/calls`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        traceparent: `00-${traceId}-${clientSpan}-01`,
      },
      body: JSON.stringify({ flowId: 'greeting', policy: PATIENT }),
    });
    const created = (await answer.json()) as StartedCall;
    const callers = new Callers(stack.urls.gateway, stack.env);
    const caller = await joinAsCaller({ ...created.livekit!, requestedAt: Date.now() });
    expect((await callers.ended(created.callId)).ended).toMatchObject({ reason: 'completed' });
    await caller.leave();

    const find = (name: string) => collector.spans.filter((span) => span.traceId === traceId && span.name === name);
    await until('call and job to be told', () => find('call').length > 0 && find('agent job').length > 0);
    const one = (name: string) => {
      const [span, ...more] = find(name);
      expect(span, name).toBeDefined();
      expect(more, name).toEqual([]);
      return span!;
    };
    const request = one('POST /v1/calls');
    const call = one('call');
    const job = one('agent job');
    expect(request).toMatchObject({ service: 'gateway', parentSpanId: clientSpan });
    expect(call).toMatchObject({ service: 'call-worker', parentSpanId: request.spanId });
    for (const stage of ['room', 'dispatch', 'agent-ready', 'caller', 'flow', 'cleanup'])
      expect(one(`stage ${stage}`).parentSpanId).toBe(call.spanId);
    for (const activity of ['createRoom', 'deleteRoom'])
      expect(one(activity)).toMatchObject({ service: 'call-worker', parentSpanId: call.spanId });
    expect(one('startFlow')).toMatchObject({ service: 'agent', parentSpanId: call.spanId });
    expect(job).toMatchObject({ service: 'agent', parentSpanId: one('createRoom').spanId });
    for (const part of ['wait for a process', 'connect to the room', 'get ready'])
      expect(one(part).parentSpanId).toBe(job.spanId);
    for (const { startTimeUnixNano, endTimeUnixNano, status } of collector.spans) {
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
      expect(status.code ?? 0).toBe(0);
    }
  });

  it('a client that samples nothing is not traced; a call without a client begins a trace; what fails says so', async () => {
    const callers = new Callers(stack.urls.gateway, stack.env);
    const unsampled = randomBytes(16).toString('hex');
    const silent = await fetch(`${stack.urls.gateway}/v1/calls`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${unsampled}-${'1'.repeat(16)}-00` },
      body: JSON.stringify({ flowId: 'greeting', policy: { readyMs: 1 } }),
    });
    await callers.ended(((await silent.json()) as StartedCall).callId);
    const before = collector.spans.filter(({ name }) => name === 'POST /v1/calls').length;
    const { callId } = await callers.create({ flowId: 'greeting', policy: { readyMs: 1 } });
    await callers.ended(callId);
    const failed = await until('the call that failed', () =>
      collector.spans.find(({ name, status }) => name === 'call' && status.code === 2),
    );
    expect(failed.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(collector.spans.some(({ traceId }) => traceId === unsampled)).toBe(false);
    const requests = () => collector.spans.filter(({ name }) => name === 'POST /v1/calls');
    await until('its request', () => requests().length > before);
    expect(requests()).toHaveLength(before + 1);
  });

  it('is not even loaded when it is off', () => {
    const dist = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../dist/${path}`, import.meta.url)));
    const code = `
      const { createRequire } = await import('node:module');
      const { startTracing } = await import(${dist('platform/tracing.js')});
      await import(${dist('gateway/app.js')});
      // prom-client loads the API, which is small and does nothing.
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => /@opentelemetry\\/(?!api\\/)/.test(path)).length;
      const off = await startTracing(undefined, 'test');
      const before = loaded();
      const on = await startTracing('http://127.0.0.1:9', 'test');
      console.log(JSON.stringify({ off: off === undefined, before, on: on !== undefined, after: loaded() > 0 }));
      process.exit(0);`;
    const seen = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    expect(JSON.parse(seen)).toEqual({ off: true, before: 0, on: true, after: true });
  });
});
