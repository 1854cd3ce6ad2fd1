import { findAgentPython } from '../../scripts/lib/python.mjs';
import type { Program } from './own-worker.js';

const python = findAgentPython();
if (!python && process.env.CI) throw new Error('CI tests Python agents too: npm run setup -- --tests');

/** The ordinary agents that everything here is shown with: each counts by beeps. */
export const PROGRAMS: Program[] = [
  { name: 'typescript', command: process.execPath, args: ['dist/sdk/typescript/example.js', 'start'] },
  ...(python ? [{ name: 'python', command: python, args: ['sdk/python/example.py', 'start'] }] : []),
];
