import type { Row } from '../row.js';
import { agentLost } from './agent-lost.js';
import { apiErrors } from './api-errors.js';
import { gatewayKilled } from './gateway-killed.js';
import { hangup } from './hangup.js';
import { hostLost } from './host-lost.js';
import { foreignRooms, terminated } from './janitor.js';
import { livekitRestarted } from './livekit-restarted.js';
import { lostDispatches } from './lost-dispatches.js';
import { requestsWithoutTemporal } from './requests-without-temporal.js';
import { rollingRestart } from './rolling-restart.js';
import { soak } from './soak.js';
import { surge } from './surge.js';
import { temporalAway } from './temporal-away.js';
import { workerKilled } from './worker-killed.js';

export const ROWS: readonly Row[] = [
  lostDispatches,
  { ...agentLost, cases: [...agentLost.cases, ...hostLost] },
  workerKilled,
  gatewayKilled,
  livekitRestarted,
  temporalAway,
  apiErrors,
  hangup,
  surge,
  rollingRestart,
  soak,
  requestsWithoutTemporal,
  terminated,
  foreignRooms,
];
