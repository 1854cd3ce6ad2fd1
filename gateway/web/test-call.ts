import type { StartCallBody } from '../schemas/requests.js';
import { api } from './api.js';
import { followCall } from './call-events.js';
import type { CallPanel } from './call-panel.js';
import { byId } from './dom.js';
import { JoinedCall } from './joined-call.js';
import { hideNotice, notice } from './notice.js';
import { unlockSound } from './sound.js';

export interface RunningCall {
  callId: string;
  /** Resolves when the call has ended. */
  ended: Promise<void>;
  hangUp(): Promise<void>;
}

/** The page's own call: starts it, joins it with microphone and sound, and shows it in the panel. */
export async function testCall(body: StartCallBody, panel: CallPanel): Promise<RunningCall> {
  const clickedAt = performance.now();
  hideNotice();
  unlockSound();
  const { callId, livekit, links } = await api.start({ ...body, test: true });
  panel.show(callId, links.temporal);
  const ended = new Promise<void>((resolve) => {
    followCall(callId, {
      stage: (entry) => panel.stage(entry),
      said: (utterance) => panel.said(utterance),
      ended: () => resolve(),
    });
  }).then(async () => panel.set(await api.view(callId)));

  const hangUp = () => api.hangup(callId);
  if (!livekit) return { callId, ended, hangUp };
  const joined = new JoinedCall({
    livekit,
    audio: byId<HTMLAudioElement>('agent-audio'),
    onLevel: (level) => panel.level(level),
    onHeard: () => panel.heard(performance.now() - clickedAt),
  });
  try {
    await Promise.race([joined.join(), ended]); // a call without a room ends, and says why
  } catch (error) {
    await hangUp().catch(() => undefined);
    throw new Error(`Your browser cannot reach LiveKit at ${livekit.url}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  joined.speak().catch((error: unknown) => notice(withoutMicrophone(error)));
  return { callId, ended: ended.finally(() => joined.leave()), hangUp };
}

const withoutMicrophone = (error: unknown): string => {
  const why =
    error instanceof DOMException && error.name === 'NotAllowedError'
      ? 'The microphone was not allowed'
      : error instanceof DOMException && error.name === 'NotFoundError'
        ? 'There is no microphone'
        : `The microphone cannot be used (${(error as Error).message})`;
  return `${why}: you hear the agent, and the agent does not hear you.`;
};
