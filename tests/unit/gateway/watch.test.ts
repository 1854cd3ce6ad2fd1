import { expect, it, vi } from 'vitest';
import { Watches } from '../../../gateway/watch.js';
import { callView } from './fakes.js';

it('a watcher that fails costs the others nothing, and the call can be watched again', async () => {
  let view = callView();
  const error = vi.fn();
  const watches = new Watches(async () => view, { error });
  const failing = vi.fn(() => {
    throw new Error('cannot be told');
  });
  const other = vi.fn();
  watches.watch('default', 'abc', failing);
  watches.watch('default', 'abc', other);
  await vi.waitFor(() => expect(other.mock.calls.length).toBeGreaterThan(1), 20_000);
  expect(error).toHaveBeenCalledWith(expect.any(String), { callId: 'abc', error: new Error('cannot be told') });
  view = callView({ status: 'ended' });
  await vi.waitFor(() => expect(other).toHaveBeenLastCalledWith(view), 20_000);
  const later = vi.fn();
  watches.watch('default', 'abc', later);
  await vi.waitFor(() => expect(later).toHaveBeenCalledWith(view), 20_000);
});
