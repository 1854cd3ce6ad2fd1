import type { Logger } from '../../platform/logger.js';
import { watchFile } from '../../platform/watched-file.js';
import { findKey, type ApiKey } from './key.js';
import { keysById, readKeyFile } from './key-file.js';

export interface Keys {
  /** The key that a token belongs to. */
  find(token: string): ApiKey | undefined;
  /** How many calls the organisation may have at a time, if the file says so. */
  maxCalls(org: string): number | undefined;
  close(): void;
}

/** The keys of a file, read again whenever it changes: a key that was revoked works no longer than a second. */
export function watchKeys(path: string, logger: Logger): Keys {
  const read = (from: string) => {
    const file = readKeyFile(from);
    return { keys: keysById(file), organisations: file.organisations ?? {} };
  };
  const file = watchFile(path, read, {
    read: ({ keys }) => logger.info('API keys read', { file: path, keys: keys.size }),
    failed: (error) => logger.error('The changed API keys are not used: those of before still hold', { error }),
  });
  return {
    find: (token) => findKey(file.value.keys, token),
    maxCalls(org) {
      const { organisations } = file.value;
      return Object.hasOwn(organisations, org) ? organisations[org]?.maxCalls : undefined;
    },
    close: () => file.close(),
  };
}
