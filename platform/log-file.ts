import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import type { Logform } from 'winston';
import Transport from 'winston-transport';

/** What waits for a disk that does not answer. More is lost rather than kept in memory. Bytes. */
const MOST_WAITING = 8 * 1024 * 1024;
/** Where winston keeps the finished text of a line. */
const MESSAGE = Symbol.for('message');

/**
 * Appends lines to a file that may fail, come back, be moved or emptied: a line that cannot be written is lost and the
 * next one is tried. winston's own transport stops for good at the first failure, and the whole logger with it.
 */
export class LogFileTransport extends Transport {
  private readonly file: Writable;

  constructor(path: string, format: Logform.Format) {
    super({ format });
    this.file = appender(path);
  }

  override log(info: Record<symbol, unknown>, next: () => void): void {
    if (this.file.writableLength < MOST_WAITING) this.file.write(`${String(info[MESSAGE])}\n`);
    next(); // the terminal does not wait for the disk
  }

  /** 'finish' means that every line is in the file. */
  override _final(done: () => void): void {
    this.file.end(done);
  }
}

function appender(path: string): Writable {
  let failing = false;
  const append = async (lines: Buffer): Promise<void> => {
    try {
      await appendFile(path, lines).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        await mkdir(dirname(path), { recursive: true });
        await appendFile(path, lines);
      });
      failing = false;
    } catch (error) {
      if (!failing)
        console.error(`The log ${path} cannot be written, its lines are lost until it can: ${String(error)}`);
      failing = true;
    }
  };
  return new Writable({
    write: (line: Buffer, _encoding, done) => void append(line).then(() => done()),
    // What came during a write goes in one.
    writev: (lines, done) => void append(Buffer.concat(lines.map(({ chunk }) => chunk as Buffer))).then(() => done()),
  });
}
