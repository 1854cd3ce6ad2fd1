import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../scripts/call/args.js';

const parse = (text: string, env: NodeJS.ProcessEnv = {}) => {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  return parseArguments(text.split(' ').filter(Boolean), env, command);
};

describe('the arguments of npm run call', () => {
  it('need a flow, or an agent, and nothing else', () => {
    expect(parse('--flow greeting')).toEqual({
      request: { flowId: 'greeting', variables: {}, wait: 'none', timeoutMs: 120_000 },
      gateway: 'http://127.0.0.1:8080',
      count: 1,
      parallel: 1,
      json: false,
    });
  });

  it('are all taken', () => {
    const line =
      '--flow f --var a=b=c --var n:=5 --count 10 --parallel 4 --wait ready --hold 0 --timeout 9000 --gateway http://x/ --json';
    expect(parse(line)).toEqual({
      request: { flowId: 'f', variables: { a: 'b=c', n: 5 }, wait: 'ready', timeoutMs: 9_000, holdMs: 0 },
      gateway: 'http://x',
      count: 10,
      parallel: 4,
      json: true,
    });
  });

  it("name an agent of one's own, with or without a flow", () => {
    expect(parse('--agent mine').request).toMatchObject({ agent: { name: 'mine' } });
    expect(parse('--agent mine --flow f').request).toMatchObject({ agent: { name: 'mine' }, flowId: 'f' });
  });

  it('take the port of the gateway from the environment', () => {
    expect(parse('--flow f', { GATEWAY_PORT: '9090' }).gateway).toBe('http://127.0.0.1:9090');
  });

  it.each([
    ['', /--flow or --agent/],
    ['--flow f --count 0', /whole number from 1/],
    ['--flow f --parallel 1.5', /whole number from 1/],
    ['--flow f --hold -1', /Give milliseconds/],
    ['--flow f --timeout soon', /Give milliseconds/],
    ['--flow f --wait started', /Allowed choices are none, ready/],
    ['--flow f --var name', /name=value/],
    ['--flow f --var n:={', /is not JSON/],
    ['--flow f --gateway 127.0.0.1:8080', /http or https URL/],
    ['--flow f --count 2 --record a.wav', /leave out --count/],
    ['--flow f --nonsense', /unknown option/],
  ])('that do not fit are refused: %s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });
});
