import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Box } from './encryption/box.js';

const DAY_MS = 86_400_000;

const said = z.object({ at: z.number(), node: z.string(), who: z.enum(['agent', 'caller']), text: z.string() });

/** What was said in a call, all of it. */
export const transcript = z.object({
  callId: z.string(),
  org: z.string(),
  flowId: z.string(),
  /** The call has ended: nothing more is said. */
  complete: z.boolean(),
  said: z.array(said),
});
export type Transcript = z.infer<typeof transcript>;

/** Where transcripts are kept: outside Temporal, for as long as somebody decides. */
export interface Transcripts {
  /** Adds what is new since the last time; it is safe when this returns. `said` may be the last part only. */
  keep(now: Transcript): Promise<void>;
  /** Undefined: there is none, or not any more. */
  read(org: string, callId: string): Promise<Transcript | undefined>;
  /** Deletes what is older than it may be; returns how many there were. */
  sweep(): Promise<number>;
}

/** It becomes a path. */
const isName = (name: string): boolean => /^[A-Za-z0-9_-][\w.-]{0,127}$/.test(name);

/** A file for each call, `<folder>/<org>/<callId>.json`, written in one step; sealed where what is kept is encrypted. */
export class TranscriptFiles implements Transcripts {
  constructor(
    private readonly folder: string,
    private readonly days: number,
    private readonly box: Box,
  ) {}

  async keep(now: Transcript): Promise<void> {
    const before = await this.read(now.org, now.callId);
    const all = [...(before?.said ?? []), ...newer(before?.said ?? [], now.said)];
    if (before && before.said.length === all.length && before.complete === now.complete) return;
    await this.write({ ...now, said: all });
  }

  async read(org: string, callId: string): Promise<Transcript | undefined> {
    if (!isName(org) || !isName(callId)) return undefined;
    try {
      const document = JSON.parse(await readFile(this.pathOf(org, callId), 'utf8')) as { sealed?: string };
      const plain: unknown = document.sealed === undefined ? document : JSON.parse(this.box.openText(document.sealed));
      return transcript.parse(plain);
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async sweep(): Promise<number> {
    const before = Date.now() - this.days * DAY_MS;
    let swept = 0;
    for (const org of await readdir(this.folder).catch(() => [])) {
      for (const file of await readdir(join(this.folder, org)).catch(() => [])) {
        const path = join(this.folder, org, file);
        const { mtimeMs = Infinity } = (await stat(path).catch(() => undefined)) ?? {};
        if (mtimeMs >= before) continue;
        await rm(path, { force: true });
        swept += 1;
      }
    }
    return swept;
  }

  /** Whoever reads sees the file of before or the whole new one, also when the machine stops here. */
  private async write(now: Transcript): Promise<void> {
    const { org, callId } = now;
    if (!isName(org) || !isName(callId)) throw new Error('an organisation or a call of this name has no transcript');
    await mkdir(join(this.folder, org), { recursive: true, mode: 0o700 });
    const plain = JSON.stringify(now);
    const path = this.pathOf(org, callId);
    const half = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      const file = await open(half, 'wx', 0o600);
      try {
        await file.writeFile(this.box.seals ? JSON.stringify({ sealed: this.box.sealText(plain) }) : plain);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(half, path);
    } catch (error) {
      await rm(half, { force: true }).catch(() => undefined); // it takes room on a disk that may be full
      throw error;
    }
  }

  private pathOf = (org: string, callId: string): string => join(this.folder, org, `${callId}.json`);
}

type Said = Transcript['said'];
const same = (a: Said[number], b: Said[number]) =>
  a.at === b.at && a.who === b.who && a.node === b.node && a.text === b.text;

/** What comes after the last entry that is kept already. */
function newer(kept: Said, now: Said): Said {
  const last = kept.at(-1);
  if (!last) return now;
  const at = now.findLastIndex((entry) => same(entry, last));
  return at >= 0 ? now.slice(at + 1) : now.filter((entry) => entry.at > last.at);
}
