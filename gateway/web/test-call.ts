import type { StartCallBody, StartedCall } from '../schemas/requests.js';
import { api } from './api.js';
import { followCall } from './call-events.js';
import type { CallPanel } from './call-panel.js';
import { byId } from './dom.js';
import { JoinedCall } from './joined-call.js';
import { notice } from './notice.js';
import { unlockSound } from './sound.js';

export interface RunningCall {
  /** Resolves when the call has ended; rejects when this browser cannot take part in it. */
  ended: Promise<void>;
  hangUp(): Promise<void>;
}

/** The page's own call: starts it, joins it with microphone and sound, and shows it in the panel. */
export async function testCall(body: StartCallBody, panel: CallPanel): Promise<RunningCall> {
  const clickedAt = performance.now();
  unlockSound();
  const call = await api.start({ ...body, test: true });
  panel.show(call.callId, call.links.temporal);
  return { ended: takePart(call, panel, clickedAt), hangUp: () => api.hangup(call.callId) };
}

async function takePart({ callId, livekit }: StartedCall, panel: CallPanel, clickedAt: number): Promise<void> {
  const over = followCall(callId, {
    stage: (entry) => panel.stage(entry),
    said: (utterance) => panel.said(utterance),
  }).then(async () => panel.set(await api.view(callId)));
  if (!livekit) return over;
  const joined = new JoinedCall({
    livekit,
    audio: byId<HTMLAudioElement>('agent-audio'),
    onLevel: (level) => panel.level(level),
    onHeard: () => panel.heard(performance.now() - clickedAt),
  });
  const talk = async () => {
    await joined.join();
    joined.speak().catch((error: unknown) => notice(withoutMicrophone(error)));
    await over;
  };
  try {
    await Promise.race([talk(), over]); // a call without a room ends, and says why
  } catch (error) {
    await api.hangup(callId).catch(() => undefined);
    throw new Error(`This browser cannot take part in the call: ${(error as Error).message}`, { cause: error });
  } finally {
    await joined.leave();
  }
}

const MICROPHONE_ERRORS: Record<string, string> = {
  NotAllowedError: 'The microphone was not allowed',
  NotFoundError: 'There is no microphone',
};

const withoutMicrophone = (error: unknown): string => {
  const { name, message } = error as Error;
  const why = MICROPHONE_ERRORS[name] ?? `The microphone cannot be used (${message})`;
  return `${why}: you hear the agent, and the agent does not hear you.`;
};
