import { describe, expect, it } from 'vitest';
import { isAllowedDestination, phoneNumberOf } from '../../../contract/index.js';

describe('destinations', () => {
  const allowed = ['+4930', '+1212', 'sip:desk@pbx.example'];

  it.each(['+4930901820', 'tel:+4930901820', '+49 (30) 90-18.20', '+12125550100', 'SIP:Desk@PBX.example'])(
    'may be called: %s',
    (to) => expect(isAllowedDestination(to, allowed)).toBe(true),
  );

  it.each([
    ...['+4989901820', '+1900555010', '030901820', '4930901820', '+4930', '+4930123456789012', ''],
    ...['sip:desk@pbx.example.evil', 'sip:desk@pbx.example;x=@evil', 'sip:+4930901820@evil.example', 'desk', 'tel:'],
  ])('may not be called: %j', (to) => expect(isAllowedDestination(to, allowed)).toBe(false));

  it('are none unless they are named, and all of a kind when that is named', () => {
    expect(isAllowedDestination('+4930901820', [])).toBe(false);
    expect(isAllowedDestination('+4930901820', ['+'])).toBe(true);
    expect(isAllowedDestination('sip:a@b', ['+'])).toBe(false);
    expect(isAllowedDestination('sip:a@b', ['sip:'])).toBe(true);
    expect(isAllowedDestination('+4930901820', ['sip:'])).toBe(false);
    expect(isAllowedDestination('sips:Desk@pbx.example', ['sips:desk@PBX.example'])).toBe(true);
    expect(isAllowedDestination('sip:a@b', ['sips:'])).toBe(true);
  });

  it('are numbers in international format, however they are written', () => {
    expect(phoneNumberOf('tel:+49 30 901820')).toBe('+4930901820');
    expect(phoneNumberOf('sip:+4930901820@x')).toBeUndefined();
  });
});
