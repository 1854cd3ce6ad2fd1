/** Bounds that keep a flow's state small and its steps short. Sizes are characters, of JSON where it is not text. */
export const LIMITS = {
  documentSize: 256_000,
  documentDepth: 24,
  documentValues: 20_000,
  nodes: 500,
  variables: 100,
  /** One variable. */
  valueSize: 4_096,
  valueDepth: 12,
  /** All variables of a call. */
  variablesSize: 32_768,
  /** What is said at a time, and what a language model is told, its variables filled in. */
  textSize: 4_000,
  goalSize: 16_000,
  /** A request, its variables filled in. */
  requestSize: 262_144,
  /** Visits of nodes in one call: a flow that loops longer is at fault, and its history must stay small. */
  visits: 2_000,
} as const;
