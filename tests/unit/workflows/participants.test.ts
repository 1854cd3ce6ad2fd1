import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALLER_IDENTITY } from '../../../contract/index.js';
import { Participants } from '../../../workflows/participants.js';

type Event = ['joined' | 'left', string, boolean?];

function after(...events: Event[]): Participants {
  const participants = new Participants();
  for (const [kind, sid, intentional] of events)
    participants.apply({ kind, identity: CALLER_IDENTITY, sid, at: 0, intentional });
  return participants;
}

describe('who is in the room', () => {
  test.each<[string, Event[], boolean]>([
    ['nobody said anything', [], false],
    ['joined', [['joined', 'a']], true],
    [
      'left',
      [
        ['joined', 'a'],
        ['left', 'a'],
      ],
      false,
    ],
    [
      'left before it joined',
      [
        ['left', 'a'],
        ['joined', 'a'],
      ],
      false,
    ],
    [
      'came back',
      [
        ['joined', 'a'],
        ['left', 'a'],
        ['joined', 'b'],
      ],
      true,
    ],
    [
      'came back before it left',
      [
        ['joined', 'a'],
        ['joined', 'b'],
        ['left', 'a'],
      ],
      true,
    ],
    [
      'a late join of a session that left',
      [
        ['joined', 'a'],
        ['left', 'a'],
        ['joined', 'a'],
      ],
      false,
    ],
  ])('%s', (_what, events, here) => {
    expect(after(...events).caller).toBe(here);
  });

  test.each<[string, Event[], boolean]>([
    ['a drop', [['left', 'a']], false],
    ['on purpose', [['left', 'a', true]], true],
    [
      'on purpose, and again by someone who does not know',
      [
        ['left', 'a', true],
        ['left', 'a'],
      ],
      true,
    ],
    [
      'on purpose, after someone who did not know',
      [
        ['left', 'a'],
        ['left', 'a', true],
      ],
      true,
    ],
    [
      'a drop of a later session',
      [
        ['left', 'a', true],
        ['joined', 'b'],
        ['left', 'b'],
      ],
      false,
    ],
    [
      'late news of an earlier session',
      [
        ['left', 'a'],
        ['joined', 'b'],
        ['left', 'b'],
        ['left', 'a', true],
      ],
      false,
    ],
  ])('left on purpose: %s', (_what, events, onPurpose) => {
    expect(after(...events).callerLeftOnPurpose).toBe(onPurpose);
  });

  test('neither order nor repetition matters', () => {
    const event = fc.tuple(fc.constantFrom('joined' as const, 'left' as const), fc.constantFrom('a', 'b', 'c'));
    const events = fc.array(event, { maxLength: 12 });
    const reordered = events.chain((once) =>
      fc.tuple(fc.constant(once), fc.shuffledSubarray([...once, ...once], { minLength: once.length * 2 })),
    );
    fc.assert(
      fc.property(reordered, ([once, twice]) => {
        expect(after(...twice).caller).toBe(after(...once).caller);
      }),
    );
  });

  test('of agents only that they left is kept', () => {
    const participants = new Participants();
    participants.apply({ kind: 'joined', identity: 'agent-1', sid: 'x', at: 0 });
    participants.apply({ kind: 'left', identity: 'agent-2', sid: 'y', at: 0 });
    expect([...participants.agentsLeft]).toEqual(['agent-2']);
    expect(participants.callerSeen).toBe(false);
  });
});
