import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const SOURCE = readFileSync(new URL('../../../../agent/providers/tts/espeak-wasm.ts', import.meta.url), 'utf8');
const { ESNext } = ts.ModuleKind;
const program = ts.transpileModule(SOURCE, { compilerOptions: { module: ESNext, target: ts.ScriptTarget.ES2022 } });

/** Seconds of speech that the program makes of a text. */
function spoken(input: string): number {
  const options = ['--input-type=module', '-e', program.outputText, '--', 'espeak-wasm.js', '-s', '165', '-z'];
  const wav = execFileSync(process.execPath, options, { input });
  expect(wav.toString('latin1', 0, 4)).toBe('RIFF');
  return (wav.length - 44) / 2 / 22_050;
}

describe("espeak-ng's WASM build", () => {
  it('speaks words that look like an option', () => {
    const plain = spoken('Degrees outside.');
    expect(plain).toBeGreaterThan(0.5);
    expect(spoken('-5 degrees outside.')).toBeGreaterThan(plain + 0.3);
    expect(spoken('--version of the form.')).toBeGreaterThan(0.8);
  });

  it('speaks every line and letter', () => {
    expect(spoken('Grüße aus Köln.\nSee you soon.')).toBeGreaterThan(spoken('Grüße aus Köln.') + 0.3);
  });
});
