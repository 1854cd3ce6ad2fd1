import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENV_VARIABLES } from '../../../platform/env.js';
import { COMMANDS, DOCS, ROOT } from '../../support/docs.js';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const prose = [...DOCS].filter(([path]) => path !== 'CHANGELOG.md');

/** As GitHub makes them from headings. */
const anchorsOf = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/ /g, '-'),
  );

describe('docs', () => {
  it.each([...DOCS])('%s links to what there is', (path, text) => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link!.split('#'));
    const dead = links.filter(([file, anchor]) => {
      const target = file ? join(dirname(path), file) : path;
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('name no npm script that there is not', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = prose.flatMap(([, text]) => [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name]) => name!));
    expect(named.length).toBeGreaterThan(20);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...new Set(named)]));
  });

  it('name no variable that there is not', () => {
    const example = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name!);
    const known = new Set([...ENV_VARIABLES, ...example]);
    /** Read by others, or by tests and programs alone; and those that flows name. */
    const foreign =
      /^(OPENAI_API_KEY$|OTEL_|FLOW_(CONFIG|SECRET)_|SIP_(LISTEN_IP|LOCAL_NET|PUBLIC_IP)$|UPDATE_SCREENSHOTS$|PHONE_CALL_EVERY_MS$)/;
    const named = prose.flatMap(([path, text]) =>
      [...text.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9])`/g)].map(([, name]) => `${name} in ${path}`),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((each) => !known.has(each.split(' ')[0]!) && !foreign.test(each.split(' ')[0]!))).toEqual([]);
  });

  it('name only files of ours in commands', () => {
    const files = COMMANDS.flatMap(({ file, command }) =>
      [...command.matchAll(/(?<![\w./-])(?:flows|ops|sdk|dist|tests)\/[\w./-]+/g)].map(([path]) => ({ file, path })),
    ).filter(({ path }) => !path.endsWith('/x.test.ts'));
    expect(files.length).toBeGreaterThan(5);
    const source = (path: string) => path.replace(/^dist\/(.*)js$/, '$1ts');
    expect(files.filter(({ path }) => !existsSync(join(ROOT, source(path))))).toEqual([]);
  });
});
