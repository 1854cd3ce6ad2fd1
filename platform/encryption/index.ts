import { ScheduleNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { boxOf } from './box.js';
import type { EncryptionEnv } from './box.js';
import { EncryptionCodec } from './codec.js';

export { Box, boxOf, EncryptionError } from './box.js';
export type { EncryptionEnv } from './box.js';
export { EncryptionCodec } from './codec.js';

/** For every client and worker, so that all of them read what one has written. */
export const dataConverterOf = (env: EncryptionEnv): DataConverter => ({
  payloadCodecs: [new EncryptionCodec(boxOf(env))],
});

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
