import { describe, expect, it } from 'vitest';
import type { RemoteFlow } from '../../../contract/index.js';
import { testGateway } from './fakes.js';

const flow = {
  schema: 'callflow/v1',
  id: 'question',
  start: 'ask',
  vars: { name: { type: 'string', required: true } },
  nodes: {
    ask: {
      type: 'ask',
      prompt: 'Hello {{name}}, yes or no?',
      expect: { kind: 'choice', options: { yes: ['yes'], no: ['no'] } },
      on: { yes: 'bye', no: 'bye', noMatch: 'bye', noInput: 'bye' },
    },
    bye: { type: 'hangup', say: 'Goodbye.', outcome: 'done' },
  },
};

const simulate = async (payload: object) => {
  const { app } = await testGateway();
  return app.inject({ method: 'POST', url: '/v1/flows/simulate', payload });
};

describe('POST /v1/flows/graph', () => {
  it('draws a flow of its own or one that is sent', async () => {
    const { app } = await testGateway();
    const graph = async (payload: object) =>
      (await app.inject({ method: 'POST', url: '/v1/flows/graph', payload })).json();
    expect(await graph({ flow })).toEqual({ id: 'question', mermaid: expect.stringMatching(/^flowchart TD\n/) });
    expect((await graph({ flowId: 'greeting' })).mermaid).toContain('greet');
    expect((await graph({ flow: { ...flow, start: 'nowhere' } })).errors[0].pointer).toBe('/flow/start');
  });
});

describe('POST /v1/flows/simulate', () => {
  it('plays a flow to its end', async () => {
    const answer = await simulate({ flow, variables: { name: 'Ada' }, lines: ['yes'] });
    expect(answer.statusCode).toBe(200);
    const { transcript, variables, end, waiting } = answer.json();
    const heard = transcript.map(({ who, text }: { who: string; text: string }) => `${who}: ${text}`);
    expect(heard.slice(0, 2)).toEqual(['agent: Hello Ada, yes or no?', 'caller: yes']);
    expect(variables).toMatchObject({ name: 'Ada' });
    expect(end).toMatchObject({ reason: 'completed', outcome: 'done' });
    expect(waiting).toBeUndefined();
  });

  it('says what it waits for when the lines run out', async () => {
    const { waiting, end } = (await simulate({ flow, variables: { name: 'Ada' } })).json();
    expect(waiting).toEqual({ node: 'ask', kind: 'ask', hint: expect.stringContaining('yes | no') });
    expect(end).toBeUndefined();
  });

  it('plays a flow of the gateway by its id', async () => {
    expect((await simulate({ flowId: 'greeting', lines: [] })).json().transcript.length).toBeGreaterThan(0);
  });

  it.each([
    ['nothing to play', {}, ''],
    ['both', { flow, flowId: 'greeting' }, ''],
    ['an unknown flow', { flowId: 'nope' }, '/flowId'],
    ['a flow that does not fit', { flow: { ...flow, start: 'nowhere' } }, '/flow/start'],
    ['missing variables', { flow }, '/variables/name'],
    ['a line that is no text', { flow, lines: [1] }, '/lines/0'],
  ])('refuses %s', async (_name, body, pointer) => {
    const answer = await simulate(body);
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it('says that a remote flow is played by its backend', async () => {
    const remote = { schema: 'callflow/remote-v1', id: 'r', url: 'https://a.example/flow' };
    const loaded = { flow: remote as RemoteFlow, hash: 'abc', file: 'r.json' };
    const { app } = await testGateway({ flows: new Map([['r', loaded]]) });
    for (const payload of [{ flowId: 'r' }, { flow: remote }]) {
      const answer = await app.inject({ method: 'POST', url: '/v1/flows/simulate', payload });
      expect(answer.statusCode).toBe(422);
      expect(answer.json().detail).toContain('its backend answers');
    }
  });

  it('does not play for ever', async () => {
    const loop = { ...flow, vars: {}, start: 'a', nodes: { a: { type: 'say', text: 'x', next: 'b' }, b: { type: 'branch', cases: [{ when: 'false', goto: 'c' }], else: 'a' }, c: { type: 'hangup' } } }; // prettier-ignore
    const { end } = (await simulate({ flow: loop })).json();
    expect(end).toMatchObject({ reason: 'orchestrator-error' });
  });
});
