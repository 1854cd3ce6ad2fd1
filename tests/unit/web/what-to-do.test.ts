import { expect, it } from 'vitest';
import { ENDED_REASONS, type EndedReason } from '../../../contract/index.js';
import { whatToDo } from '../../../gateway/web/what-to-do.js';

it('says what to do about every call that did not go well', () => {
  for (const [reason, { fault }] of Object.entries(ENDED_REASONS) as [EndedReason, { fault: string }][]) {
    if (fault !== 'none') expect(whatToDo(reason), reason).toMatch(/^[A-Z].*\.$/);
  }
  expect(whatToDo('busy')).toBe('Call again later.');
  expect(whatToDo('completed')).toBeUndefined();
});
