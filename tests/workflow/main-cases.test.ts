import { testMainCases } from '../support/scripted-main-cases.js';
import { useWorld } from '../support/scripted-world.js';

/** Their histories are committed: `RECORD_HISTORIES=1 npx vitest run --project workflow main-cases call-events` records all anew. */
testMainCases(useWorld());
