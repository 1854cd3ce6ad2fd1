import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFlows } from '../../../gateway/flows.js';
import { testGateway } from './fakes.js';

const good = { schema: 'callflow/v1', id: 'one', start: 'bye', nodes: { bye: { type: 'hangup' } } };

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
});
