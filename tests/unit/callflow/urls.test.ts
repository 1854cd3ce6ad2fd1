import { describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../../callflow/addresses.js';
import { validateRemoteFlow } from '../../../callflow/validate.js';
import { document, errorsOf } from './flows.js';

const http = (url: string, headers = {}) =>
  document({ h: { type: 'http', method: 'GET', url, headers, on: { ok: null, error: null } } });

describe('URLs', () => {
  it.each([
    'https://api.example/x?y={{text}}',
    'http://93.184.216.34:8080/',
    'https://[2606:2800:220:1::1]/',
    '{{config.backend}}/confirm/{{text}}',
    '{{config.backend}}?n={{count}}',
    '{{config.backend}}confirm/{{text}}',
  ])('takes %s', (url) => expect(errorsOf(http(url))).toEqual({}));

  it.each([
    'http://127.0.0.1/',
    'http://localhost:9000/',
    'http://backend/',
    'http://10.1.2.3/',
    'http://192.168.0.1/',
    'http://172.16.9.9/',
    'http://169.254.169.254/latest/meta-data',
    'http://0.0.0.0/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://db.internal/',
    'http://localhost./',
  ])('refuses %s as private', (url) =>
    expect(errorsOf(http(url))).toMatchObject({ '/nodes/h/url': expect.stringContaining('private') }),
  );

  it.each([
    ['ftp://a.example/', 'https://'],
    ['javascript:alert(1)', 'https://'],
    ['a.example/x', 'not a URL'],
    ['{{text}}/x', 'not a URL'],
    ['https://{{text}}/x', 'in the host'],
    ['https://a.example:{{count}}/x', 'in the host'],
    ['{{config.backend}}{{text}}', 'write {{config.NAME}}/'],
    ['{{ config.backend }}.{{text}}/x', 'write {{config.NAME}}/'],
    ['{{config.backend}}:8443/x', 'write {{config.NAME}}/'],
    ['{{config.tenant}}.a.example/x', 'write {{config.NAME}}/'],
    ['{{config.backend}}@a.example/x', 'write {{config.NAME}}/'],
    ['https://user:pass@a.example/', 'password'],
  ])('refuses %s', (url, why) =>
    expect(errorsOf(http(url))).toMatchObject({ '/nodes/h/url': expect.stringContaining(why) }),
  );

  it('takes a private host that the operator allows, with or without its port', () => {
    const url = http('http://127.0.0.1:9000/x');
    expect(errorsOf(url, { allowHosts: ['127.0.0.1:9000'] })).toEqual({});
    expect(errorsOf(url, { allowHosts: ['127.0.0.1'] })).toEqual({});
    expect(errorsOf(url, { allowHosts: ['127.0.0.1:9001'] })).toHaveProperty(['/nodes/h/url']);
  });

  it('wants credentials by reference', () => {
    expect(
      errorsOf(http('https://a.example', { authorization: 'Bearer abc', 'X-Api-Key': 'abc', 'X-Ok': 'abc' })),
    ).toEqual({
      '/nodes/h/headers/authorization': expect.stringContaining('{{secrets.NAME}}'),
      '/nodes/h/headers/X-Api-Key': expect.stringContaining('by reference'),
    });
    expect(errorsOf(http('https://a.example', { Authorization: 'Bearer {{secrets.KEY}}' }))).toEqual({});
    expect(errorsOf(http('https://a.example', { 'X-A': 'a\r\nB: c' }))).toHaveProperty(['/nodes/h/headers/X-A']);
  });

  it('knows private addresses when names were looked up', () => {
    for (const inside of ['127.0.0.1', '::1', '10.0.0.1', '169.254.1.1', '::ffff:10.0.0.1', '100.64.0.1', 'fc00::1'])
      expect(isPrivateAddress(inside)).toBe(true);
    for (const outside of ['1.1.1.1', '2606:4700::1111']) expect(isPrivateAddress(outside)).toBe(false);
  });
});

describe('remote flows', () => {
  const remote = (more = {}) => ({ schema: 'callflow/remote-v1', id: 'r', url: 'https://a.example/flow', ...more });

  it('are checked as far as they go', () => {
    expect(validateRemoteFlow(remote())).toMatchObject({ ok: true });
    const wrong = remote({
      url: 'http://10.0.0.1/{{x}}',
      headers: { Authorization: 'abc' },
      vars: { n: { type: 'number', default: 'x' } },
    });
    expect(validateRemoteFlow(wrong)).toMatchObject({
      ok: false,
      errors: expect.arrayContaining([
        { pointer: '/url', message: expect.stringContaining('private') },
        { pointer: '/headers/Authorization', message: expect.any(String) },
        { pointer: '/vars/n/default', message: expect.any(String) },
      ]),
    });
  });

  it('are told from flows that run here', () => {
    expect(errorsOf(remote())).toEqual({ '/schema': expect.stringContaining('remote flow') });
  });
});
