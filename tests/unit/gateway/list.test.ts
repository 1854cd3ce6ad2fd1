import { describe, expect, it } from 'vitest';
import { readCursor, visibilityQuery, writeCursor } from '../../../gateway/calls/list.js';
import { Problem } from '../../../gateway/problems.js';

describe('the query of the visibility store', () => {
  it('holds the organisation and every filter', () => {
    expect(visibilityQuery('acme', { limit: 20 })).toBe("WorkflowType = 'call' AND CallOrg = 'acme'");
    const filters = { stage: 'flow', flowId: 'greeting', endedReason: 'completed', direction: 'web' } as const;
    expect(visibilityQuery('acme', { limit: 20, status: 'ended', ...filters })).toBe(
      "WorkflowType = 'call' AND CallOrg = 'acme' AND CallStage = 'flow' AND CallFlow = 'greeting' " +
        "AND CallDirection = 'web' AND CallEndedReason = 'completed' AND ExecutionStatus != 'Running'",
    );
    expect(visibilityQuery('acme', { limit: 1, status: 'active' })).toContain("ExecutionStatus = 'Running'");
  });

  it('finds calls that were broken off before they could write why', () => {
    expect(visibilityQuery('a', { limit: 1, endedReason: 'reaped' })).toBe(
      "WorkflowType = 'call' AND CallOrg = 'a' AND " +
        "(CallEndedReason = 'reaped' OR (CallEndedReason IS NULL AND (ExecutionStatus = 'Terminated')))",
    );
  });

  it('keeps a value a value', () => {
    const query = visibilityQuery('a', { limit: 1, flowId: "x' OR CallOrg = 'b\\" });
    expect(query).toBe("WorkflowType = 'call' AND CallOrg = 'a' AND CallFlow = 'x\\' OR CallOrg = \\'b\\\\'");
  });
});

describe('a cursor', () => {
  const token = Buffer.from('{"RunID":"1"}');

  it('comes back as it was', () => expect(readCursor(writeCursor(token, 'q'), 'q')).toEqual(token));

  it('is none at first', () => expect(readCursor(undefined, 'q')).toHaveLength(0));

  it.each(['', 'abc', 'abc.def', writeCursor(token, 'another query')])(
    'is refused when it is not ours: %s',
    (cursor) => {
      expect(() => readCursor(cursor, 'q')).toThrow(Problem);
    },
  );
});
