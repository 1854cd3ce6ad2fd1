import { createRequire } from 'node:module';
import { ScheduleNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { boxOf } from './box.js';
import type { EncryptionEnv } from './box.js';
import { EncryptionCodec } from './codec.js';

export { Box, boxOf, EncryptionError } from './box.js';
export type { EncryptionEnv } from './box.js';
export { EncryptionCodec } from './codec.js';

/** The built module, also for tests that run the sources: Temporal loads it by its path. */
const failureConverterPath = () => createRequire(import.meta.url).resolve('#failure-converter');

/** For every client and worker, so that all of them read what one has written. */
export function dataConverterOf(env: EncryptionEnv): DataConverter {
  const box = boxOf(env);
  return {
    payloadCodecs: [new EncryptionCodec(box)],
    ...(box.seals && { failureConverterPath: failureConverterPath() }),
  };
}

/**
 * Finds out at the start, not by the first call, that this process has other keys than the others: it reads what they
 * wrote into a schedule. @throws EncryptionError
 */
export async function checkKeys(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).describe();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error; // not there yet: nobody has written anything
  }
}
