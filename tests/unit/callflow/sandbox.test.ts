import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../../callflow/', import.meta.url));

/** What a file brings into the workflow's bundle: types do not count. */
function closure(file: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file)) return seen;
  const source = readFileSync(file, 'utf8');
  seen.set(file, source);
  for (const [, target = ''] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm)) {
    if (target.startsWith('.')) closure(join(dirname(file), target.replace(/\.js$/, '.ts')), seen);
    else seen.set(target, '');
  }
  return seen;
}

it('what workflows import of callflow is pure: one small package, no clock, no chance', () => {
  const files = closure(join(folder, 'interpreter.ts'));
  closure(join(folder, 'greeting.ts'), files);
  expect([...files.keys()].filter((file) => !file.startsWith('/'))).toEqual(['jsep']);
  expect(files.size).toBeGreaterThan(12);
  for (const source of files.values())
    expect(source).not.toMatch(/\bnew Date|Date\.now|Math\.random|setTimeout|process\.|\beval\(|new Function/);
});
