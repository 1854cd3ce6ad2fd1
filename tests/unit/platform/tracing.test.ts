import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { startTracing } from '../../../platform/tracing.js';

afterEach(() => vi.unstubAllEnvs());

/** Tracing with one span that is not sent yet, to a collector that answers so. */
async function traced(collector: RequestListener) {
  const server = createServer(collector).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await vi.waitFor(() => expect(server.listening).toBe(true));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
  const tracing = (await startTracing(endpoint, 'test'))!;
  const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };
  tracing.record({ name: 'span', context, startMs: 1_000, endMs: 2_000 });
  return tracing;
}

it('ends well though the collector takes nothing', async () => {
  const asked = vi.fn();
  const tracing = await traced((_, response) => {
    asked();
    response.writeHead(400).end();
  });
  await tracing.close();
  expect(asked).toHaveBeenCalled();
});

it('ends soon though the collector does not answer', async () => {
  const asked = vi.fn();
  const tracing = await traced(asked);
  const began = Date.now();
  await tracing.close();
  expect(asked).toHaveBeenCalled();
  expect(Date.now() - began).toBeLessThan(8_000); // the exporter itself waits ten seconds
});
