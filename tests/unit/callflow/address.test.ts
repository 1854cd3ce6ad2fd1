import { describe, expect, it } from 'vitest';
import { addressOf } from '../../../callflow/outgoing/address.js';

const CONFIG: Record<string, string> = {
  'config.host': 'https://crm.example',
  'config.api': 'https://crm.example/api/v1',
  'config.folder': 'https://crm.example/api/v1/',
};
const address = (name: string, behind: string) => addressOf([{ ref: `config.${name}` }, behind], (ref) => CONFIG[ref]);

describe("what follows the operator's own address", () => {
  it.each([
    ['host', '/a/b?c', 'https://crm.example/a/b?c'],
    ['host', '?c', 'https://crm.example/?c'],
    ['api', '/people/7', 'https://crm.example/api/v1/people/7'],
    ['folder', 'people/7', 'https://crm.example/api/v1/people/7'],
  ])('stays there: {{config.%s}}%s', (name, behind, href) => expect(address(name, behind).href).toBe(href));

  it.each([
    ['host', '.evil.com/x'],
    ['host', '@evil.com/x'],
    ['host', ':8443/x'],
    ['folder', '..'],
    ['folder', '../../admin'],
    ['api', '/../../admin'],
  ])('cannot leave it: {{config.%s}}%s', (name, behind) =>
    expect(() => address(name, behind)).toThrow(`write {{config.${name}}}/`),
  );
});
