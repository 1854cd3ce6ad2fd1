import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENV_VARIABLES } from '../../platform/env.js';

/** No container engine is at hand where these tests run: the file is read, not built. */
const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Instruction {
  name: string;
  rest: string;
}
interface Stage {
  from: string;
  name: string;
  instructions: Instruction[];
}

function stagesOf(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim());
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line)!;
    const [, from, as] = (name === 'FROM' && /^(\S+) AS (\S+)$/.exec(rest!)) || [];
    if (from) stages.push({ from, name: as!, instructions: [] });
    else stages.at(-1)!.instructions.push({ name: name!, rest: rest! });
  }
  return stages;
}

const stages = stagesOf(read('Dockerfile'));
const stage = (name: string) => stages.find((each) => each.name === name)!;
/** With those of the stages that it builds on. */
function all(name: string): Instruction[] {
  const { from, instructions } = stage(name);
  return [...(stage(from) ? all(from) : []), ...instructions];
}
const last = (name: string, instruction: string) => all(name).findLast((each) => each.name === instruction)?.rest;

describe('Dockerfile', () => {
  it('is of pinned Node images, on Debian for glibc', () => {
    const images = stages.map(({ from }) => from).filter((from) => !stage(from));
    expect(images).toHaveLength(2);
    const node = read('.nvmrc').trim();
    for (const image of images) expect(image).toMatch(new RegExp(`^node:${node}\\.\\d+\\.\\d+-bookworm(-slim)?$`));
    expect(new Set(images.map((image) => image.split('-')[0])).size).toBe(1);
  });

  it.each(['gateway', 'worker', 'agent'])(
    '%s: no root, signals arrive, a health check, a program that is built',
    (name) => {
      expect(last(name, 'USER')).toBe('node');
      expect(JSON.parse(last(name, 'ENTRYPOINT')!)).toEqual(['tini', '--']);
      expect(last(name, 'STOPSIGNAL')).toBe('SIGTERM');
      expect(last(name, 'HEALTHCHECK')).toMatch(/CMD \["node"/);
      // Not through npm or a shell: they would keep the signal to themselves.
      const [node, program] = JSON.parse(last(name, 'CMD')!) as string[];
      expect(node).toBe('node');
      expect(existsSync(new URL(`../../${program!.replace(/^dist/, '.').replace(/js$/, 'ts')}`, import.meta.url))).toBe(
        true,
      );
      const variables = all(name)
        .filter((each) => each.name === 'ENV')
        .flatMap(({ rest }) => rest.split(/\s+/).map((pair) => pair.split('=')[0]!));
      for (const variable of variables) expect(['NODE_ENV', ...ENV_VARIABLES]).toContain(variable);
    },
  );

  it('takes the built files alone into the images, installed from the lock file', () => {
    const install = stage('build')
      .instructions.filter(({ name }) => name === 'RUN')
      .map(({ rest }) => rest);
    expect(install[0]).toMatch(/^npm ci /);
    expect(install.at(-1)).toMatch(/npm prune --omit=dev/);
    for (const { name, rest } of all('agent')) if (name === 'COPY') expect(rest).toMatch(/^--from=build /);
    for (const { name, rest } of all('agent')) if (name === 'RUN') expect(rest).not.toMatch(/curl|wget/);
  });

  it('no secret and nothing of this machine gets into the build', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.data', '.git', 'node_modules', 'dist']));
    expect(stages.flatMap(({ instructions }) => instructions).some(({ rest }) => /SECRET|API_KEY/.test(rest))).toBe(
      false,
    );
  });
});
