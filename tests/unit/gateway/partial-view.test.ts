import type { WorkflowExecutionDescription } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { expect, it } from 'vitest';
import { initialAttributes } from '../../../calls/attributes.js';
import { partialView } from '../../../calls/read.js';
import { callWorkflowId } from '../../../contract/index.js';
import type { CallInput, Direction } from '../../../contract/index.js';

const roomOf = (callId: string, direction: Direction) => {
  const input = { org: 'clinic', flow: { id: 'greeting' }, direction } as CallInput;
  return partialView({
    ...{ workflowId: callWorkflowId(callId), status: { name: 'RUNNING' }, startTime: new Date() },
    typedSearchAttributes: new TypedSearchAttributes(initialAttributes(input)),
  } as WorkflowExecutionDescription).room;
};

it('names the room of a call, unless LiveKit has named it', () => {
  expect(roomOf('c1', 'web')).toBe('call-c1');
  expect(roomOf('c1', 'outbound')).toBe('call-c1');
  expect(roomOf('SCL_1', 'inbound')).toBe('');
});
