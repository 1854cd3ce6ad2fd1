import { describe, expect, it } from 'vitest';
import { callView as schema } from '../../../gateway/schemas/call.js';
import { callView, testGateway } from './fakes.js';

describe('/openapi.json', () => {
  it('has references that all lead somewhere', async () => {
    const { app } = await testGateway();
    const text = (await app.inject('/openapi.json')).body;
    const document = JSON.parse(text);
    expect(document.openapi).toBe('3.1.0');
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
