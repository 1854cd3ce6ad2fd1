import type { OwnAlive, OwnDone, OwnFailed, OwnHello, StartCommand } from '../../contract/index.js';
import type { AgentClaims } from '../../platform/agent-token.js';

/**
 * What agents of others tell their calls. False: this attempt is not wanted any more, and the agent leaves. Everything
 * may be repeated.
 */
export interface OwnAgents {
  accepted(who: AgentClaims, message: OwnHello): Promise<boolean>;
  /** The start command; 'later' when it is not due yet; a text when it never will be: why. */
  ready(who: AgentClaims, message: OwnHello): Promise<{ start: StartCommand } | 'later' | { leave: string }>;
  alive(who: AgentClaims, message: OwnAlive): Promise<boolean>;
  failed(who: AgentClaims, message: OwnFailed): Promise<boolean>;
  done(who: AgentClaims, message: OwnDone): Promise<boolean>;
}
