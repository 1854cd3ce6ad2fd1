import { testMainCases } from '../support/scripted-main-cases.js';
import { useWorld } from '../support/scripted-world.js';

/** Nothing is cached: each workflow task replays the call from its beginning, as after a worker's restart. */
testMainCases(useWorld({ maxCachedWorkflows: 0 }));
