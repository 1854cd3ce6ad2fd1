import type { JobContext } from '@livekit/agents';
import { DisconnectReason, RoomEvent } from '@livekit/rtc-node';
import { CALLER_IDENTITY } from '../../contract/index.js';
import type { DispatchMetadata } from '../../contract/index.js';
import { within } from '../../platform/within.js';
import { notify } from '../relay/notify.js';
import * as relay from '../relay/protocol.js';
import { CallerInput } from './caller-input.js';
import { reportCaller } from './caller.js';
import { serveCommands } from './commands.js';
import { Hearing } from './hearing.js';
import { host } from './host.js';
import type { Line } from './line.js';
import type { Loaded } from './main.js';
import { Voice } from './voice.js';

/** An API that takes longer is waited for in vain: the room itself is told of its caller within 3 s. Milliseconds. */
const LISTED_MS = 1_000;

/** A disconnect for one of these is the ordinary end of a job; the last is the framework's, told to end the job. */
const SENT_AWAY = [
  DisconnectReason.ROOM_DELETED,
  DisconnectReason.ROOM_CLOSED,
  DisconnectReason.PARTICIPANT_REMOVED,
  DisconnectReason.CLIENT_INITIATED,
];

/** One job: still wanted? → connect → handlers → providers → ready. Then the host's commands, until the room closes. */
export async function runJob(ctx: JobContext<Loaded>, { speech, recogniser, mind, box }: Loaded): Promise<void> {
  const began = performance.now();
  const since = () => Math.round(performance.now() - began);
  const metadata = JSON.parse(ctx.job.metadata) as DispatchMetadata;
  const { callId, attempt, caller: identity = CALLER_IDENTITY } = metadata;
  const jobId = ctx.job.id;
  const leave = (reason: string) => ctx.shutdown(reason);
  host.onClose(() => leave('the host is gone')); // nobody can tell this job anything any more
  host.onNotification(relay.dismiss, ({ reason }) => leave(reason));

  const warn = (message: string, error: unknown) =>
    void notify(host, relay.log, { level: 'warn', message, fields: { cause: String(error) } });
  try {
    const greeting = metadata.sealed === undefined ? metadata.greeting : box.openText(metadata.sealed);
    if (greeting) speech.prepare(greeting);
  } catch (error) {
    warn('The greeting cannot be prepared: it is said when the flow starts', error);
  }
  if (!(await host.sendRequest(relay.assigned, { callId, attempt, jobId }))) return leave('not wanted any more');

  const input = new CallerInput(ctx.room, identity);
  const hearing = new Hearing(ctx.room, recogniser, warn, identity);
  let line: Line | undefined;
  const ready = () => {
    if (!line) throw new Error('the job is not ready');
    return line;
  };
  serveCommands(host, jobId, ready, mind);
  const room = ctx.job.room!.name;
  const noAnswer = () => new Error(`no answer within ${LISTED_MS} ms`);
  const listed = () =>
    within(LISTED_MS, host.sendRequest(relay.listedCaller, { room, identity }), noAnswer).catch(() => null);
  const caller = reportCaller(ctx.room, (event) => void notify(host, relay.room, event), identity, listed);
  ctx.room.on(RoomEvent.Disconnected, (reason) => {
    const why = `disconnected from the room: ${DisconnectReason[reason]}`;
    void (SENT_AWAY.includes(reason)
      ? notify(host, relay.left, { reason: why, byFramework: reason === DisconnectReason.CLIENT_INITIATED })
      : notify(host, relay.failed, { error: why }));
  });

  try {
    await ctx.connect();
    const connected = since();
    input.connected();
    caller.connected();
    const publish = () => Voice.publish(ctx.room, speech, { caller: identity, listed, warn });
    // Media connects meanwhile. But a phone that rings is answered as soon as there is a voice: there it comes last.
    const early = metadata.caller === undefined ? await publish() : undefined;
    await providerLoad();
    line = { voice: early ?? (await publish()), input, hearing };
    await notify(host, relay.ready, {
      identity: ctx.room.localParticipant!.identity,
      timings: { connected, ready: since() },
      ...caller.arrival(),
    });
  } catch (error) {
    await notify(host, relay.failed, { error: `could not get ready: ${String(error)}` });
    throw error; // ends the job
  }
}

/** AGENT_PROVIDER_LOAD_MS: what a provider that loads its models after connecting would take. For tests, benchmarks. */
const providerLoad = (ms = Number(process.env.AGENT_PROVIDER_LOAD_MS ?? 0)): Promise<void> | undefined =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
