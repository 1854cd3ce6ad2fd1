import { describe, expect, it } from 'vitest';
import { losses, randomNumbers, shuffled } from '../../../bench/random.js';

const take = (count: number, random: () => number) => Array.from({ length: count }, random);

describe('random numbers', () => {
  it('are the same for the same seed and purpose', () => {
    expect(take(20, randomNumbers(1, 'loss'))).toEqual(take(20, randomNumbers(1, 'loss')));
  });

  it('differ by seed and by purpose', () => {
    const first = take(20, randomNumbers(1, 'loss'));
    expect(take(20, randomNumbers(2, 'loss'))).not.toEqual(first);
    expect(take(20, randomNumbers(1, 'one'))).not.toEqual(first);
  });

  it('lie in [0, 1) and fill it', () => {
    const numbers = take(10_000, randomNumbers(1, 'spread'));
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.reduce((sum, value) => sum + value) / numbers.length).toBeCloseTo(0.5, 1);
  });
});

describe('shuffled', () => {
  it('keeps everything, and every order comes up', () => {
    const random = randomNumbers(1, 'order');
    const orders = new Set(Array.from({ length: 300 }, () => shuffled(['a', 'b', 'c'], random).join('')));
    expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  });
});

describe('losses', () => {
  it('are decided once: asking again, or in another order, changes nothing', () => {
    const lost = losses(0.5, 10, randomNumbers(1, 'loss'));
    const asked = (calls: number[]) => calls.map((call) => lost(call, 0));
    const forth = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(asked([...forth].reverse()).reverse()).toEqual(asked(forth));
  });

  it('come about as often as they should', () => {
    const lost = losses(0.3, 1_000, randomNumbers(1, 'loss'));
    const share = Array.from({ length: 1_000 }, (_, call) => lost(call, 0)).filter(Boolean).length / 1_000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
  });

  it('never come at rate 0', () => {
    const lost = losses(0, 10, randomNumbers(1, 'loss'));
    expect(Array.from({ length: 10 }, (_, call) => lost(call, 0))).not.toContain(true);
  });
});
