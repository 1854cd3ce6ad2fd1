import type { Program } from './own-worker.js';

/** The ordinary agents that everything here is shown with: each counts by beeps. */
export const PROGRAMS: Program[] = [
  { name: 'typescript', command: process.execPath, args: ['dist/sdk/typescript/example.js', 'start'] },
];
