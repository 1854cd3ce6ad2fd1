import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdmissionState } from '../../../workflows/admission-state.js';

const request = (callId: string, org = 'a', queueMs?: number) => ({
  callId,
  org,
  startWithinMs: 100,
  ...(queueMs !== undefined && { queueMs }),
});
const limits = { org: { a: 2, b: 2 }, total: 3 };
const none = { over: [], unknown: [], running: [] };

describe('places', () => {
  it('are given out up to each limit', () => {
    const state = new AdmissionState({ checkEveryMs: 1 });
    const requests = ['1', '2', '3'].map((id) => request(id)).concat(request('4', 'b'), request('5', 'b'));
    expect(state.admit({ limits, requests }, 0)).toEqual([
      { callId: '1', answer: 'place', startBy: 100 },
      { callId: '2', answer: 'place', startBy: 100 },
      { callId: '3', answer: 'full', limit: 'org' },
      { callId: '4', answer: 'place', startBy: 100 },
      { callId: '5', answer: 'full', limit: 'total' },
    ]);
  });

  it('of calls that were never started come back, but not before they could have been', () => {
    const state = new AdmissionState({ checkEveryMs: 1 });
    state.admit({ limits, requests: [request('1')] }, 1_000);
    state.compare({ ...none, unknown: ['1'] }, 1_050);
    expect(state.has('1')).toBe(true);
    state.compare({ ...none, unknown: ['1'] }, 1_101);
    expect(state.has('1')).toBe(false);
  });

  it('are found for calls that run without; not for those that just left or wait', () => {
    const state = new AdmissionState({ checkEveryMs: 1 });
    state.admit({ limits: { org: { a: 1 } }, requests: [request('1'), request('2', 'a', 500)] }, 0);
    state.leave('1');
    const running = ['1', '2', '3'].map((callId) => ({ callId, org: 'a', startBy: 0 }));
    state.compare({ ...none, running }, 0);
    expect(state.callIds.sort()).toEqual(['2', '3']);
    expect(state.has('2')).toBe(false);
  });

  it('of an organisation whose limit was taken away are without limit', () => {
    const state = new AdmissionState({ checkEveryMs: 1 });
    state.admit({ limits: { org: { a: 1 }, total: 9 }, requests: [request('1')] }, 0);
    const [answer] = state.admit({ limits: { org: {}, total: 9 }, requests: [request('2')] }, 0);
    expect(answer?.answer).toBe('place');
  });

  it('whose number nobody knows now are still waited for; only who asks may try', () => {
    const state = new AdmissionState({ checkEveryMs: 1 });
    const waiting = request('2', 'a', 500);
    state.admit({ limits: { org: {}, total: 1 }, requests: [request('1'), waiting] }, 0);
    const unknown = { limits: { org: {} }, requests: [request('3', 'b')] };
    expect(state.admit(unknown, 0)).toMatchObject([{ callId: '3', answer: 'place' }]);
    expect(state.grant()).toEqual([]);
    state.leave('1');
    state.leave('3');
    expect(new AdmissionState({ checkEveryMs: 1, ...state.carried }).grant()).toEqual(['2']);
  });

  it('whose number nobody knows now are tried also beside those of the same organisation who wait', () => {
    const asked = (patched?: (change: string) => boolean) => {
      const state = new AdmissionState({ checkEveryMs: 1 });
      state.admit({ limits: { org: { a: 3 }, total: 1 }, requests: [request('1'), request('2', 'a', 500)] }, 0);
      const requests = [request('3'), request('4', 'a', 500), request('5')];
      return state.admit({ limits: { org: { a: 3 } }, requests }, 0, patched).map(({ answer }) => answer);
    };
    expect(asked()).toEqual(['place', 'place', 'full']); // its own limit holds
    expect(asked((change) => change === 'total-kept')).toEqual(['full', 'queued', 'full']); // runs that began before
  });

  it('of outbound calls have a limit of their own, which keeps no other call out', () => {
    const state = new AdmissionState({ checkEveryMs: 1 });
    const outbound = (id: string, queueMs?: number) => ({ ...request(id, 'a', queueMs), outbound: true as const });
    const limits = { org: {}, outbound: { a: 1 } };
    const requests = [outbound('1'), outbound('2'), outbound('3', 500), request('4')];
    expect(state.admit({ limits, requests }, 0).map(({ answer, ...more }) => ({ answer, ...more }))).toMatchObject([
      { answer: 'place' },
      { answer: 'full', limit: 'outbound' },
      { answer: 'queued' },
      { answer: 'place' },
    ]);
    state.leave('4');
    expect(state.grant()).toEqual([]);
    state.leave('1');
    expect(state.grant()).toEqual(['3']);
  });

  it('are asked for by a call itself, when it was scheduled', () => {
    const state = new AdmissionState({ checkEveryMs: 1 });
    state.admit({ limits: { org: { a: 1 } }, requests: [] }, 0);
    expect(state.ask(request('1', 'a', 500), 0).answer).toBe('place');
    expect(state.ask(request('2', 'a', 500), 0).answer).toBe('queued');
    state.leave('1');
    expect(state.grant()).toEqual(['2']);
  });

  it('are never more than the limits, whatever comes in whatever order, and nobody waits beside a free one', () => {
    const id = fc.integer({ min: 0, max: 12 }).map(String);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('admit'), id, org: fc.constantFrom('a', 'b'), queue: fc.boolean() }),
      fc.record({ kind: fc.constant('leave'), id }),
      fc.record({ kind: fc.constant('over'), id }),
      fc.record({ kind: fc.constant('carry') }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let state = new AdmissionState({ checkEveryMs: 1 });
        for (const each of steps) {
          if (each.kind === 'admit' && 'org' in each) {
            state.admit({ limits, requests: [request(each.id, each.org, each.queue ? 500 : undefined)] }, 0);
          } else if (each.kind === 'leave' && 'id' in each) state.leave(each.id);
          else if (each.kind === 'over' && 'id' in each) state.compare({ ...none, over: [each.id] }, 0);
          else state = new AdmissionState({ checkEveryMs: 1, ...structuredClone(state.carried) });
          state.grant();
          const { places, queue } = state.carried;
          const of = (org: string) => places.filter((place) => place.org === org).length;
          expect(places.length).toBeLessThanOrEqual(3);
          expect(Math.max(of('a'), of('b'))).toBeLessThanOrEqual(2);
          if (places.length < 3) for (const { org } of queue) expect(of(org)).toBe(2);
          expect(new Set(state.callIds).size).toBe(state.callIds.length);
        }
      }),
    );
  });
});
