import { ApplicationFailure, cancelled, CancelledFailure, Context, heartbeat } from '@temporalio/activity';
import { ResponseError } from 'vscode-jsonrpc/node';
import type { RequestType } from 'vscode-jsonrpc/node';
import { AGENT_FAILURES } from '../../contract/index.js';
import type { AgentActivities, AgentAddress, Chat } from '../../contract/index.js';
import type { Logger } from '../../platform/logger.js';
import * as relay from '../relay/protocol.js';
import { JobGone } from './job-process.js';
import type { JobProcess } from './job-process.js';
import type { Jobs } from './jobs.js';

const HEARTBEAT_EVERY_MS = 2_000;

/** What the call asks of its agent, relayed to the job that holds the call. Served on the host's own task queue. */
export function agentActivities(hostId: string, jobs: Jobs, logger: Logger): AgentActivities {
  /** @throws AgentLost when this host does not hold the job: another attempt, or a restarted host */
  function processOf({ callId, attempt, jobId }: AgentAddress): JobProcess {
    const process = jobs.get(jobId)?.process;
    if (process) return process;
    throw lost(`host ${hostId} has no job ${jobId} (call ${callId}, attempt ${attempt})`);
  }

  /** @param state goes along with each heartbeat, and with the failure when the job is lost */
  async function tell<P extends AgentAddress, R>(
    type: RequestType<P, R, void>,
    command: P,
    state: (process: JobProcess) => Chat | undefined = () => undefined,
  ): Promise<R> {
    const process = processOf(command);
    const beats = setInterval(() => heartbeat(state(process)), HEARTBEAT_EVERY_MS);
    try {
      return await Promise.race([process.request(type, command, whenCalledOff()), cancelled()]);
    } catch (error) {
      throw asFailure(error, command, state(process));
    } finally {
      clearInterval(beats);
    }
  }

  return {
    async startFlow(command) {
      const { flowId, org, room, callId, attempt } = command;
      logger.info(`Starting flow: flow_id=${flowId}, org=${org}, room=${room}`, { callId, attempt, room });
      const started = await tell(relay.startFlow, command);
      const { session, streaming, hasGreeting } = started;
      logger.info(
        `Flow started successfully: session=${session}, streaming=${streaming}, has_greeting=${hasGreeting}`,
        { callId, attempt, room },
      );
      const { greeting } = command;
      return greeting ? { ...started, said: await tell(relay.say, greeting) } : started;
    },

    say: (command) => tell(relay.say, command),
    ask: (command) => tell(relay.ask, command),
    converse: (command) =>
      tell(relay.converse, command, ({ chat }) => (chat?.nodeRunId === command.nodeRunId ? chat : command.chat)),

    async dismiss(command) {
      jobs.get(command.jobId)?.process?.dismiss(command.reason);
    },
  };
}

/**
 * Aborts only when the call takes the command back. Temporal also cancels an activity that it could not hear of for a
 * while: then the job goes on, and the call, asking again, joins it.
 */
function whenCalledOff(): AbortSignal {
  const controller = new AbortController();
  const context = Context.current();
  context.cancellationSignal.addEventListener('abort', () => {
    if (context.cancellationDetails?.cancelRequested) controller.abort();
  });
  return controller.signal;
}

const lost = (message: string, state?: Chat): ApplicationFailure =>
  ApplicationFailure.create({
    message,
    type: AGENT_FAILURES.lost,
    nonRetryable: true,
    ...(state && { details: [state] }),
  });

const FAILURE_TYPES: Record<number, string> = {
  [relay.RELAY_ERRORS.tts]: AGENT_FAILURES.tts,
  [relay.RELAY_ERRORS.silent]: AGENT_FAILURES.silent,
};

function asFailure(error: unknown, { attempt, jobId }: AgentAddress, state: Chat | undefined): unknown {
  if (error instanceof JobGone) return lost(`agent ${attempt} (job ${jobId}) is gone: ${error.message}`, state);
  // The SDK's own failure of an activity whose worker shuts down has no room for the state.
  if (error instanceof CancelledFailure && state && Context.current().cancellationDetails?.workerShutdown)
    return lost(`agent ${attempt} (job ${jobId}) loses its host: ${error.message}`, state);
  if (!(error instanceof ResponseError)) return error;
  const type = FAILURE_TYPES[error.code] ?? AGENT_FAILURES.job;
  return ApplicationFailure.create({
    message: error.message,
    type,
    nonRetryable: true,
    ...(state && { details: [state] }),
  });
}
