import type { Room } from '@livekit/rtc-node';

/** The topic of typed chat that LiveKit's clients and agents agree on. */
const CHAT_TOPIC = 'lk.chat';
/** What client/typed.ts sends until it is answered. */
const METHOD = 'callerTyped';
const LONGEST_TEXT = 2_000;

/** Resolves when the text has been taken by a question, or counts no more. */
type Take = (text: string) => Promise<void>;

/** Hears the caller's chat; call it before connecting, so that nothing is missed. */
export function hearChat(room: Room, caller: string, take: Take): void {
  room.registerTextStreamHandler(CHAT_TOPIC, (reader, { identity }) => {
    if (identity === caller) void firstOf(reader).then(take);
  });
}

/** Takes texts whose sender wants to know that they count: until they do, they are for another agent as well. */
export function serveTyped(room: Room, caller: string, take: Take): void {
  const taken = new Map<string, Promise<void>>();
  room.localParticipant!.registerRpcMethod(METHOD, async ({ callerIdentity, payload }) => {
    if (callerIdentity !== caller) return 'not the caller';
    const { id, text } = JSON.parse(payload) as { id: string; text: string };
    if (!taken.has(id)) taken.set(id, take(text.slice(0, LONGEST_TEXT)));
    await taken.get(id);
    return 'taken';
  });
}

async function firstOf(reader: AsyncIterable<string>): Promise<string> {
  let text = '';
  try {
    for await (const part of reader) {
      text += part;
      if (text.length >= LONGEST_TEXT) break;
    }
  } catch {
    // the caller left in the middle of it: what came counts
  }
  return text.slice(0, LONGEST_TEXT);
}
