import type { OwnName } from '../../contract/index.js';
import type { AgentClaims } from '../../platform/agent-token.js';

/** Names are told for the sake of operators, and of a second job of the same attempt: whoever tells none has one. */
export const jobOf = ({ attempt }: AgentClaims, { jobId = `job-${attempt}` }: OwnName) => ({ attempt, jobId });

export const hostOf = (host = 'own'): string => host;
