import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. Scripts work from any folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const inRoot = (...parts) => resolve(root, ...parts);
export const dist = (...parts) => inRoot('dist', ...parts);

/** Shared by all clones on this machine. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'durable-calls');
/** Server binaries. */
export const binCache = join(cache, 'bin');
