import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFlows } from '../../../gateway/flows.js';
import { env, testGateway } from './fakes.js';

const good = { schema: 'callflow/v1', id: 'one', start: 'bye', nodes: { bye: { type: 'hangup' } } };

const inside = {
  ...good,
  start: 'ask',
  nodes: {
    ask: { type: 'http', method: 'GET', url: 'http://10.0.0.5:9000/slots', on: { ok: 'bye', error: 'bye' } },
    bye: { type: 'hangup' },
  },
};

async function folder(files: Record<string, unknown>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'flows-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

describe('flows', () => {
  it('are loaded by their id; other files are none', async () => {
    const flows = await loadFlows(await folder({ 'a.json': good, 'README.md': 'text' }));
    expect([...flows.keys()]).toEqual(['one']);
    expect(flows.get('one')?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('that do not fit are all named, with file and pointer', async () => {
    const bad = { ...good, id: 'two', start: 'nowhere', extra: 1 };
    const files = { 'a.json': good, 'b.json': good, 'c.json': bad, 'd.json': '{"schema"' };
    const error = await loadFlows(await folder(files)).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/b\.json \/id: "one" is also the id in .*a\.json/);
    expect(String(error)).toMatch(/c\.json /);
    expect(String(error)).toMatch(/d\.json: /);
  });

  it('with two nodes of one name do not fit: the name is said', async () => {
    const text = JSON.stringify(good).replace(
      '"bye":{"type":"hangup"}',
      '"bye":{"type":"hangup"},"bye":{"type":"hangup"}',
    );
    await expect(loadFlows(await folder({ 'a.json': text }))).rejects.toThrow(
      /a\.json \/nodes\/bye: is there a second time/,
    );
  });

  it('may send requests to a private host only when it is allowed', async () => {
    const directory = await folder({ 'a.json': inside });
    await expect(loadFlows(directory)).rejects.toThrow('/nodes/ask/url');
    expect([...(await loadFlows(directory, { allowHosts: ['10.0.0.5:9000'] })).keys()]).toEqual(['one']);
  });

  it('of an own backend are loaded, too', async () => {
    const remote = { schema: 'callflow/remote-v1', id: 'mine', url: 'https://a.example/flow' };
    expect([...(await loadFlows(await folder({ 'a.json': good, 'r.json': remote }))).keys()]).toEqual(['one', 'mine']);
    const wrong = { ...remote, url: 'http://10.0.0.5/flow', headers: { Authorization: 'Bearer abc' }, extra: 1 };
    const error = await loadFlows(await folder({ 'r.json': wrong })).catch((thrown: Error) => thrown);
    expect(String(error)).toContain('/extra');
  });

  it('that are huge are refused before they are read into anything', async () => {
    await expect(loadFlows(await folder({ 'a.json': ' '.repeat(300_000) }))).rejects.toThrow('characters');
  });

  it('that are not there: says which variable names the folder', async () => {
    await expect(loadFlows('/nowhere')).rejects.toThrow('set FLOWS_DIR');
    await expect(loadFlows(await folder({}))).rejects.toThrow('set FLOWS_DIR');
  });
});

describe('/v1/flows', () => {
  it('lists them, shows one, checks one', async () => {
    const { app } = await testGateway();
    const list = (await app.inject('/v1/flows')).json();
    expect(list.flows.map(({ id }: { id: string }) => id)).toContain('greeting');
    const one = (await app.inject('/v1/flows/greeting')).json();
    expect(one).toMatchObject({ id: 'greeting', flow: { schema: 'callflow/v1' } });

    const check = async (payload: unknown) =>
      (await app.inject({ method: 'POST', url: '/v1/flows/validate', payload: payload as object })).json();
    expect(await check(good)).toEqual({ valid: true, errors: [] });
    const { valid, errors } = await check({ ...good, start: 'nowhere' });
    expect(valid).toBe(false);
    expect(errors[0].pointer).toBe('/start');
  });

  it('checks and plays one with the private hosts that this gateway allows', async () => {
    const answers = async (app: Awaited<ReturnType<typeof testGateway>>['app']) => {
      const checked = await app.inject({ method: 'POST', url: '/v1/flows/validate', payload: inside });
      const played = await app.inject({
        method: 'POST',
        url: '/v1/flows/simulate',
        payload: { flow: inside, lines: [] },
      });
      return { valid: checked.json().valid, played: played.statusCode };
    };
    expect(await answers((await testGateway()).app)).toEqual({ valid: false, played: 422 });
    const allowing = await testGateway({ env: { ...env, http: { allowHosts: ['10.0.0.5:9000'] } } });
    expect(await answers(allowing.app)).toEqual({ valid: true, played: 200 });
  });
});
