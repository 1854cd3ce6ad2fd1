import type { Check } from '../check.js';
import { agents } from './agents.js';
import { clocks } from './clocks.js';
import { gateway, webhooks } from './gateway.js';
import { livekit } from './livekit.js';
import { sip } from './sip.js';
import { callWorker, janitor, searchAttributes, temporal } from './temporal.js';
import { versions } from './versions.js';

/** In the order in which a call meets what they look at. */
export const CHECKS: readonly Check[] = [
  temporal,
  searchAttributes,
  callWorker,
  janitor,
  livekit,
  gateway,
  webhooks,
  sip,
  agents,
  clocks,
  versions,
];
