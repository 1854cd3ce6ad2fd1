import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Room, RoomServiceClient } from 'livekit-server-sdk';
import { expect, it, vi } from 'vitest';
import { reconcileActivities } from '../../../activities/reconcile.js';
import type { Logger } from '../../../platform/logger.js';

const { temporal } = proto;

const room = (callId: string): Room => {
  const metadata = JSON.stringify({ durableCalls: { namespace: 'test', callId } });
  return { name: `call-${callId}`, metadata, creationTime: 0n } as Room;
};

const roomless = temporal.api.workflow.v1.WorkflowExecutionInfo.fromObject({
  execution: { workflowId: 'call/roomless' },
  type: { name: 'call' },
  startTime: { seconds: 1 },
});

it('leaves a room that it cannot look at or delete, says so, and goes on with the round', async () => {
  const warn = vi.fn();
  const signal = vi.fn(async () => undefined);
  const client = {
    workflow: {
      getHandle: (workflowId: string) => ({
        signal,
        async describe() {
          if (workflowId === 'call/unknown') throw new Error('deadline exceeded');
          return { status: { name: 'COMPLETED' } };
        },
      }),
      options: { namespace: 'test' },
    },
    workflowService: {
      listWorkflowExecutions: async () => ({ executions: [roomless], nextPageToken: new Uint8Array() }),
    },
  } as unknown as Client;
  const rooms = {
    listRooms: async () => [room('unknown'), room('stuck'), room('over')],
    async deleteRoom(name: string) {
      if (name === 'call-stuck') throw new Error('LiveKit is busy');
    },
  } as unknown as RoomServiceClient;
  const logger = { warn } as unknown as Logger;
  const { reconcile } = reconcileActivities({ client, rooms, namespace: 'test', logger, announce: vi.fn() });

  const round = await new MockActivityEnvironment().run(reconcile, { olderThanMs: 60_000 });
  expect(round).toEqual({ deleted: ['call-over'], hinted: ['roomless'] });
  expect(signal).toHaveBeenCalledOnce();
  for (const [callId, cause] of [
    ['unknown', 'deadline exceeded'],
    ['stuck', 'LiveKit is busy'],
  ])
    expect(warn).toHaveBeenCalledWith(
      'Janitor: a room was left as it is',
      expect.objectContaining({ callId, room: `call-${callId}`, cause: expect.stringContaining(cause!) }),
    );
});
