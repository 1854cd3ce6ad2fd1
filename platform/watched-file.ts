import { statSync } from 'node:fs';

/** A change takes effect within this time. Milliseconds. */
const LOOK_MS = 1_000;

export interface WatchedFile<T> {
  readonly value: T;
  close(): void;
}

interface Told<T> {
  read(value: T): void;
  /** The changed file does not fit or cannot be read, said once: what was read before holds until it can. */
  failed(error: unknown): void;
}

/** What a file says, read again whenever it changes. @throws what `read` throws, the first time */
export function watchFile<T>(path: string, read: (path: string) => T, told: Told<T>): WatchedFile<T> {
  let version = versionOf(path); // of before reading: a change meanwhile is seen as one
  let value = read(path);
  told.read(value);
  let failure: string | undefined;
  const readAgain = () => {
    let now: string | undefined;
    try {
      now = versionOf(path);
      if (now !== version) {
        value = read(path);
        version = now; // not before it is read: what fails may fail for a moment only
        told.read(value);
      }
      failure = undefined;
    } catch (error) {
      const why = `${now} ${String(error)}`;
      if (why !== failure) told.failed(error);
      failure = why;
    }
  };
  const timer = setInterval(readAgain, LOOK_MS).unref();
  return {
    get value() {
      return value;
    },
    close: () => clearInterval(timer),
  };
}

function versionOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return [ino, mtimeMs, size].join();
}
