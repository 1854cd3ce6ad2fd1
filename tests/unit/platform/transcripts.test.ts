import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Box } from '../../../platform/encryption/index.js';
import { TranscriptFiles, type Transcript } from '../../../platform/transcripts.js';

const DAY_MS = 86_400_000;
let folder: string;
let files: TranscriptFiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'transcripts-'));
  files = new TranscriptFiles(folder, 30, new Box([]));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (at: number, text = `line ${at}`, who: 'agent' | 'caller' = 'agent') => ({ at, node: 'n', who, text });
const now = (said: Transcript['said'], more: Partial<Transcript> = {}): Transcript => ({
  ...{ callId: 'abc', org: 'acme', flowId: 'greeting', complete: false, said },
  ...more,
});
const path = () => join(folder, 'acme', 'abc.json');

describe('transcripts in files', () => {
  it('grow by what is new, whatever part of the call is shown, and once each', async () => {
    await files.keep(now([line(1), line(2)]));
    await files.keep(now([line(2), line(2, 'same moment'), line(3)])); // older entries are not shown any more
    await files.keep(now([line(2), line(2, 'same moment'), line(3)])); // the same again
    await files.keep(now([line(9), line(10)])); // nothing in common
    await files.keep(now([line(10)], { complete: true }));
    const kept = await files.read('acme', 'abc');
    expect(kept).toEqual(
      now([line(1), line(2), line(2, 'same moment'), line(3), line(9), line(10)], { complete: true }),
    );
    expect(readdirSync(join(folder, 'acme'))).toEqual(['abc.json']); // and no half file
    expect(statSync(path()).mode & 0o077).toBe(0);
  });

  it('are not written when nothing is new', async () => {
    await files.keep(now([line(1)]));
    const { ino } = statSync(path());
    await files.keep(now([line(1)]));
    expect(statSync(path()).ino).toBe(ino);
  });

  it('that cannot be written leave nothing behind', async () => {
    mkdirSync(join(path(), 'in the way'), { recursive: true });
    vi.spyOn(files, 'read').mockResolvedValue(undefined);
    await expect(files.keep(now([line(1)]))).rejects.toThrow('abc.json');
    expect(readdirSync(join(folder, 'acme'))).toEqual(['abc.json']);
  });

  it('belong to one organisation, and no name leads elsewhere', async () => {
    await files.keep(now([line(1)]));
    writeFileSync(join(folder, 'outside.json'), JSON.stringify(now([line(1)])));
    expect(await files.read('other', 'abc')).toBeUndefined();
    for (const [org, callId] of [
      ['acme', '../outside'],
      ['..', 'abc'],
      ['acme', ''],
      ['.', 'outside'],
    ])
      expect(await files.read(org!, callId!)).toBeUndefined();
    await expect(files.keep(now([line(1)], { org: '..' }))).rejects.toThrow('no transcript');
  });

  it('are sealed where what is kept is encrypted', async () => {
    const box = new Box([{ id: 'k', key: Buffer.alloc(32, 7).toString('base64') }]);
    await files.keep(now([line(1, 'from before')]));
    const sealed = new TranscriptFiles(folder, 30, box);
    await sealed.keep(now([line(1, 'from before'), line(2, 'a secret')]));
    expect(readFileSync(path(), 'utf8')).not.toMatch(/secret|before/);
    expect((await sealed.read('acme', 'abc'))?.said).toHaveLength(2);
    await expect(files.read('acme', 'abc')).rejects.toThrow('ENCRYPTION_KEYS');
  });

  it('are deleted when they are older than they may be', async () => {
    await files.keep(now([line(1)]));
    await files.keep(now([line(1)], { callId: 'old' }));
    const long = new Date(Date.now() - 31 * DAY_MS);
    utimesSync(join(folder, 'acme', 'old.json'), long, long);
    expect(await files.sweep()).toBe(1);
    expect(await files.read('acme', 'old')).toBeUndefined();
    expect(await files.read('acme', 'abc')).toBeDefined();
    expect(await new TranscriptFiles(join(folder, 'none'), 30, new Box([])).sweep()).toBe(0);
  });
});
