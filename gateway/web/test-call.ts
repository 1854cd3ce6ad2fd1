import type { StartCall, StartedCall } from '../../client/index.js';
import { api, words } from './api.js';
import type { CallPanel } from './call-panel.js';
import { byId } from './dom.js';
import { JoinedCall } from './joined-call.js';
import { notice } from './notice.js';
import { goTo } from './route.js';
import { unlockSound } from './sound.js';

let own: string | undefined;

/** The call that this page is on. */
export const ownCallId = (): string | undefined => own;

/** The page's own call: starts it, joins it with microphone and sound, and shows it. Resolves when it has ended. */
export async function testCall(body: StartCall, panel: CallPanel): Promise<void> {
  const clickedAt = performance.now();
  unlockSound();
  const call = await api.start({ ...body, test: true }, { atLimit: 'throw' });
  own = call.callId;
  goTo({ callId: call.callId });
  try {
    await takePart(call, panel, clickedAt);
  } finally {
    own = undefined;
  }
}

async function takePart({ callId, livekit }: StartedCall, panel: CallPanel, clickedAt: number): Promise<void> {
  const over = api.follow(callId, {}).then(() => undefined);
  if (!livekit) return over;
  const joined = new JoinedCall({
    livekit,
    audio: byId<HTMLAudioElement>('agent-audio'),
    onLevel: (level) => panel.level(callId, level),
    onHeard: () => panel.soundAfter(callId, performance.now() - clickedAt),
  });
  const talk = async () => {
    await joined.join();
    panel.answeredBy(callId, joined);
    joined.speak().catch((error: unknown) => notice(withoutMicrophone(error)));
    await over;
  };
  try {
    await Promise.race([talk(), over]); // a call without a room ends, and says why
  } catch (error) {
    await api.hangup(callId).catch(() => undefined);
    throw new Error(`This browser cannot take part in the call: ${words(error)}`, { cause: error });
  } finally {
    panel.answeredBy(callId, undefined);
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
