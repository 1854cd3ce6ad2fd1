import { describe, expect, it } from 'vitest';
import { simulateLines } from '../../../callflow/simulate.js';
import { flowOf } from './flows.js';

describe('simulate', () => {
  const flow = flowOf({
    hi: { type: 'say', text: 'Hi.', next: 'pin' },
    pin: {
      type: 'ask',
      prompt: 'Your code?',
      expect: { kind: 'digits', length: 3 },
      save: 'text',
      on: { ok: 'get', noInput: null, noMatch: 'pin' },
    },
    get: {
      type: 'http',
      method: 'GET',
      url: 'https://a.example/{{text}}',
      headers: { Authorization: '{{secrets.KEY}}' },
      save: { count: '$.n' },
      on: { ok: 'go', error: null },
    },
    go: { type: 'transfer', to: '{{config.desk}}', on: { connected: null, failed: null } },
  });

  it('tells what would be heard and done', async () => {
    const { transcript, end, state } = await simulateLines(flow, {}, ['12', '123#', '200 {"n": 4}', 'connected']);
    expect(transcript.map(({ node, who, text }) => `${node} ${who}: ${text}`)).toEqual([
      'hi agent: Hi.',
      'pin agent: Your code?',
      'pin caller: 12',
      'pin agent: Your code?',
      'pin caller: 123#',
      'get flow: GET https://a.example/123',
      'get flow: 200 {"n": 4}',
      'go flow: transfer to {{config.desk}}',
      'go flow: connected',
      ' flow: ended: transferred, outcome "connected"',
    ]);
    expect(state.vars).toEqual({ text: '123', count: 4 });
    expect(end).toMatchObject({ reason: 'transferred' });
  });

  it('stops where the lines run out, and asks again for a line that says nothing', async () => {
    const { waiting, end, transcript } = await simulateLines(flow, {}, ['123', 'what?', '200 {"n":']);
    expect(end).toBeUndefined();
    expect(waiting).toMatchObject({ kind: 'http', node: 'get' });
    expect(transcript.filter(({ text }) => text.startsWith('write status'))).toHaveLength(2);
  });
});
