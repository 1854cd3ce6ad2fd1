import { expect, it, vi } from 'vitest';
import { drainAfter, type Running } from '../../../workers/crash.js';
import type { Logger } from '../../../platform/logger.js';

const error = new Error('nobody handled this');

it('lets activities finish, and says in the log why it ends', async () => {
  const logged = vi.fn();
  const logger = { error: logged } as unknown as Logger;
  let finish = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (finish = resolve));
  const atWork = { getState: () => 'RUNNING' as const, shutdown: vi.fn() };
  const failed = { getState: () => 'FAILED' as const, shutdown: vi.fn() };
  const running: Running[] = [
    { worker: atWork, stopped },
    { worker: failed, stopped: Promise.reject(error) },
  ];
  const ended = vi.fn();
  const drained = drainAfter(error, running, logger).then(ended);
  expect(logged).toHaveBeenCalledWith(expect.stringContaining('The call worker fails'), { error });
  expect(atWork.shutdown).toHaveBeenCalledOnce();
  expect(failed.shutdown).not.toHaveBeenCalled();
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).not.toHaveBeenCalled();
  finish();
  await drained;
});

it('says that it cannot start when nothing runs yet', async () => {
  const logged = vi.fn();
  await drainAfter(error, [], { error: logged } as unknown as Logger);
  expect(logged).toHaveBeenCalledWith('The call worker cannot start', { error });
});
