import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { watchActivity } from '../../../activities/call-events/watch.js';
import type { SeenOfCall } from '../../../activities/types.js';
import type { CallView, EventCursor } from '../../../contract/index.js';
import { callView } from '../gateway/fakes.js';

const admitted = { stage: 'admitted', at: 1_000, ms: 0 } as const;
const over = { stage: 'ended', at: 1_500, ms: 0 } as const;

/** Watches a call whose transcript cannot be written. */
function watch(call: Partial<CallView>, cursor: EventCursor): Promise<SeenOfCall> {
  const { watchCall } = watchActivity({
    read: async () => callView(call),
    keeper: () => () => Promise.reject(new Error('ENOSPC')),
  });
  const expectBy = Date.now() + 60_000;
  return new MockActivityEnvironment().run(watchCall, { callId: 'abc', org: 'default', cursor, expectBy });
}

it('delivers what happens in a call though nothing that is said can be kept', async () => {
  const timeline = [admitted, { stage: 'room', at: 1_000 }] as const;
  const seen = await watch({ timeline: [...timeline] }, { stages: 1, emitted: 0 });
  expect(seen).toMatchObject({ events: [{ data: { stage: 'room' } }], cursor: { stages: 2 }, over: false });
  await expect(watch({ timeline: [...timeline] }, seen.cursor)).rejects.toThrow('ENOSPC'); // else Temporal would not tell
});

it('holds back the end alone, until the last words are kept', async () => {
  const ended: Partial<CallView> = { status: 'ended', stage: 'ended', timeline: [admitted, over] };
  const seen = await watch(ended, { stages: 0, emitted: 0 });
  expect(seen).toMatchObject({ events: [{ type: 'call.stage' }], cursor: { stages: 2 }, over: false });
  await expect(watch(ended, seen.cursor)).rejects.toThrow('ENOSPC');
});
