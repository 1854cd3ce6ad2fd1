import { describe, expect, test } from 'vitest';
import { ENDED_BY, ENDED_REASONS, STAGES } from '../../../contract/index.js';
import { documentedReasons } from '../../support/ended-reasons-table.js';

const documented = documentedReasons();

describe('docs/ended-reasons.md', () => {
  test('has every reason of the contract, and no other', () => {
    expect(documented.map(({ reason }) => reason)).toEqual(Object.keys(ENDED_REASONS));
  });

  test.each(Object.entries(ENDED_REASONS))('says what the contract says of %s', (name, { fault, retryable }) => {
    expect(documented.find(({ reason }) => reason === name)).toMatchObject({ fault, retryable });
  });

  test.each(documented)('says of $reason who, where and what to do', ({ by, stages, action }) => {
    expect(ENDED_BY).toEqual(expect.arrayContaining(by));
    expect([...STAGES, 'any']).toEqual(expect.arrayContaining(stages));
    expect(action).toMatch(/^\S.{20,}\.$/);
  });
});
