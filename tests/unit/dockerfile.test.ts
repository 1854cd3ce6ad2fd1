import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ENV_VARIABLES } from '../../platform/env.js';
import { script } from '../support/script.js';

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

const root = fileURLToPath(new URL('../../', import.meta.url));
const { SOURCES } = (await script('build.mjs')) as { SOURCES: string[] };
const isSource = (path: string) => SOURCES.some((source) => path === source || path.startsWith(`${source}/`));
/** As the build looks at them: what a benchmark has left is none. */
const filesUnder = (path: string): string[] =>
  statSync(join(root, path)).isDirectory()
    ? readdirSync(join(root, path))
        .filter((name) => !['node_modules', 'results'].includes(name) && !name.startsWith('.'))
        .flatMap((name) => filesUnder(`${path}/${name}`))
    : [path];
/** Relative imports of a file, as paths in the repository. */
const importsOf = (file: string) =>
  [...read(file).matchAll(/(?:from|import) '(\.[^'?]*)/g)].map((found) => join(dirname(file), found[1]!));

/** As Docker reads .dockerignore: the last pattern that fits the path, or a folder that it is in, decides. */
function isIgnored(path: string): boolean {
  const patterns = read('.dockerignore')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  const decides = patterns.findLast((line) => {
    const glob = line.replace(/^!/, '').replace(/[.+]/g, '\\$&').replaceAll('*', '[^/]*');
    return new RegExp(`^${glob}(/|$)`).test(path);
  });
  return decides !== undefined && !decides.startsWith('!');
}

describe('what the build reads', () => {
  it('is all that tsc and vite compile, and what that imports: any change is built', () => {
    const config = ts.readConfigFile(join(root, 'tsconfig.build.json'), ts.sys.readFile).config as object;
    const compiled = ts.parseJsonConfigFileContent(config, ts.sys, root).fileNames.map((file) => relative(root, file));
    expect(compiled.length).toBeGreaterThan(100);
    expect(compiled.filter((file) => !isSource(file))).toEqual([]);
    const files = [...compiled, ...filesUnder('gateway/web')].filter((file) => /\.(ts|css|html)$/.test(file));
    expect(files.flatMap(importsOf).filter((path) => !isSource(path))).toEqual([]);
  });

  it('gets into the image', () => {
    expect(SOURCES.flatMap(filesUnder).filter(isIgnored)).toEqual([]);
    expect(['.env', '.data/keys/keys.json', 'docs/api.md', 'node_modules/zod', 'x.log'].every(isIgnored)).toBe(true);
  });
});

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
