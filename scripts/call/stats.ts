/** All in the unit of the values. */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
}

/** Nearest rank: always a value that was measured. Undefined when there is none. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

export function spread(values: readonly number[]): Spread | undefined {
  const max = percentile(values, 100);
  if (max === undefined) return undefined;
  return { p50: percentile(values, 50)!, p95: percentile(values, 95)!, max };
}
