import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers in [0, 1) that are the same for the same seed and purpose on every machine. */
export function randomNumbers(seed: number, purpose: string): () => number {
  const hash = createHash('sha256').update(`${seed}/${purpose}`).digest();
  const generator = xoroshiro128plus(hash.readInt32LE(0));
  return () => uniformFloat64(generator);
}

/** A new order of the same things. */
export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  const order = [...things];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Whether the dispatch `dispatch` of call `call` is lost (both from 0): decided before, and alike for everyone. */
export type Losses = (call: number, dispatch: number) => boolean;

const DISPATCHES = 10;

export function losses(rate: number, calls: number, random: () => number): Losses {
  const table = Array.from({ length: calls * DISPATCHES }, () => random() < rate);
  return (call, dispatch) => table[call * DISPATCHES + dispatch] ?? false;
}
