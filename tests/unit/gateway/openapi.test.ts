import { describe, expect, it } from 'vitest';
import { callView as schema } from '../../../gateway/schemas/call.js';
import { callView, testGateway } from './fakes.js';

describe('/openapi.json', () => {
  it('describes every route, and every reference leads somewhere', async () => {
    const { app } = await testGateway();
    const text = (await app.inject('/openapi.json')).body;
    const document = JSON.parse(text);
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/healthz',
      '/metrics',
      '/readyz',
      ...['accepted', 'alive', 'done', 'failed', 'ready'].map((message) => `/v1/agent/${message}`),
      '/v1/agents',
      '/v1/calls',
      '/v1/calls/{callId}',
      '/v1/calls/{callId}/deliveries',
      '/v1/calls/{callId}/events',
      '/v1/calls/{callId}/hangup',
      '/v1/calls/{callId}/transcript',
      '/v1/calls/{callId}/transfer',
      '/v1/codec/decode',
      '/v1/flows',
      '/v1/flows/graph',
      '/v1/flows/simulate',
      '/v1/flows/validate',
      '/v1/flows/{flowId}',
      '/v1/webhooks/livekit',
    ]);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty([name!]);
    }
    expect(document.paths['/v1/calls'].post.responses['422'].content).toHaveProperty('application/problem+json');
  });

  it('describes what is answered', async () => {
    const { app, calls } = await testGateway();
    calls.views.set('abc', callView());
    expect(schema.strict().parse((await app.inject('/v1/calls/abc')).json())).toEqual(callView());
  });
});
