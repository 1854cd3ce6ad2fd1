/** Numbers as people read them. A call that was lost is not a number. */
export const ms = (value: number | null | undefined): string =>
  value === undefined ? '-' : value === null || !Number.isFinite(value) ? 'lost' : String(Math.round(value));

export const signedMs = (value: number | undefined): string => {
  if (value === undefined) return '-';
  if (value === -Infinity) return 'other lost';
  if (value === Infinity) return 'lost';
  return `${value > 0 ? '+' : ''}${Math.round(value)}`;
};

export const times = (value: number | undefined): string =>
  value === undefined ? '-' : Number.isFinite(value) ? `${value.toFixed(2)}x` : 'lost';

export const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;
