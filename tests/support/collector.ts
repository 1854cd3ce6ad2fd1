import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: unknown;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  service: string;
}

interface OtlpBody {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Omit<OtlpSpan, 'service'>[] }[];
  }[];
}

export interface Collector {
  /** All that were ever sent. */
  spans: OtlpSpan[];
  url: string;
  close(): void;
}

/** A collector that takes OTLP/HTTP as JSON. */
export async function startCollector(): Promise<Collector> {
  const spans: OtlpSpan[] = [];
  const server: Server = createServer(async (request, response) => {
    if (request.url === '/v1/traces' && request.method === 'POST') {
      const { resourceSpans } = (await json(request)) as OtlpBody;
      for (const { resource, scopeSpans } of resourceSpans) {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
        spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((span) => ({ ...span, service }))));
      }
    }
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { spans, close, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
