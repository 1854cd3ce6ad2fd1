import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import winston from 'winston';
import { webhookEndpoints } from '../../../calls/webhook-endpoints.js';
import { redact } from '../../../platform/redact.js';

const SECRET = `whsec_${Buffer.alloc(32, 'k').toString('base64')}`;
const logger = winston.createLogger({ silent: true });
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
  file = join(folder, 'webhooks.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (document: unknown, allowHosts: string[] = []) => {
  writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
  const env = { webhooks: { file, timeoutMs: 1, retryMs: 1, giveUpMs: 1 }, http: { allowHosts } };
  return webhookEndpoints(env, logger)!;
};
const refusal = (document: unknown, allowHosts?: string[]): string => {
  try {
    open(document, allowHosts).close();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was not refused');
};

describe('WEBHOOKS_FILE', () => {
  it('names the endpoints of each organisation; nobody else has any', () => {
    const endpoints = open({
      acme: [{ url: 'https://crm.example/hooks', secret: SECRET }],
      beta: [{ url: 'https://b.example/', secret: [SECRET, SECRET], events: ['call.ended'] }],
    });
    expect(endpoints.of('acme')).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{12}$/),
        url: 'https://crm.example/hooks',
        secrets: [SECRET],
        events: ['call.stage', 'call.event', 'call.ended'],
      },
    ]);
    expect(endpoints.of('beta')).toMatchObject([{ secrets: [SECRET, SECRET], events: ['call.ended'] }]);
    expect(endpoints.of('constructor')).toEqual([]);
    endpoints.close();
  });

  it('says all that is wrong with it, where, and nothing of a secret', () => {
    const message = refusal({
      acme: [
        { url: 'ftp://crm.example', secret: 'hunter2-hunter2' },
        { url: 'https://user:pass-word@crm.example', secret: SECRET, events: ['call.started'], colour: 1 },
      ],
      'no name': [],
    });
    for (const part of ['/acme/0/url', '/acme/0/secret', 'openssl', '/acme/1/url', '/acme/1/events/0', 'no name'])
      expect(message).toContain(part);
    for (const value of ['hunter2', 'pass-word', SECRET]) expect(message).not.toContain(value);
    expect(refusal(`{"acme": [{"secret": "${SECRET}"`)).not.toContain('whsec_');
    expect(refusal({ acme: [1, 2].map(() => ({ url: 'https://a.example/', secret: SECRET })) })).toContain('same URL');
  });

  it('leads out of our network, unless HTTP_ALLOW_HOSTS says otherwise', () => {
    const to = (url: string) => ({ acme: [{ url, secret: SECRET }] });
    for (const url of ['http://127.0.0.1:9/', 'http://backend/', 'http://169.254.169.254/latest', 'http://[::1]/'])
      expect(refusal(to(url))).toContain('HTTP_ALLOW_HOSTS');
    open(to('http://127.0.0.1:9/'), ['127.0.0.1:9']).close();
  });

  it('is read again when it changes; one that does not fit changes nothing', async () => {
    const endpoints = open({ acme: [{ url: 'https://a.example/', secret: SECRET }] });
    const id = endpoints.of('acme')[0]!.id;
    const failed = vi.spyOn(logger, 'error');
    writeFileSync(file, '{"acme": 3}');
    await vi.waitFor(() => expect(failed).toHaveBeenCalled(), { timeout: 10_000 });
    expect(endpoints.of('acme')).toHaveLength(1);
    writeFileSync(file, JSON.stringify({ acme: [{ url: 'https://other.example/', secret: SECRET }] }));
    await vi.waitFor(() => expect(endpoints.of('acme')[0]!.id).not.toBe(id), { timeout: 10_000 });
    endpoints.close();
  });
});

it('a webhook secret is in no log line', () => {
  expect(JSON.stringify(redact({ message: `sent with ${SECRET}`, secret: SECRET }))).not.toContain('whsec_');
});
