import { newKey } from './new-key.js';
import { pause } from './pause.js';

/** By this method the agent that holds the call takes what its caller types, and answers once it counts. */
const METHOD = 'callerTyped';
const UNKNOWN_METHOD = 1400;
/** The agent that runs flows: `agent-<attempt>`. One of your own has LiveKit's `agent-<job>`, or a name of its choice. */
const OF_ATTEMPT = /^agent-\d+$/;
/** LiveKit's ParticipantKind.AGENT. */
const KIND_AGENT = 4;
/** Longer than an agent keeps what it has not asked for. Milliseconds. */
const ANSWER_MS = 15_000;
const PAUSE_MS = 100;
/** More would not be read. Characters. */
const LONGEST_TEXT = 2_000;
/** An agent that still does not know the method is your own, and reads LiveKit's chat. Milliseconds. */
const OWN_AFTER_MS = 3_000;

/** A room of livekit-client or of @livekit/rtc-node, joined. */
export interface JoinedRoom {
  remoteParticipants: ReadonlyMap<string, unknown>;
  localParticipant?: {
    performRpc(call: {
      destinationIdentity: string;
      method: string;
      payload: string;
      responseTimeout: number;
    }): Promise<string>;
    sendText(text: string, options: { topic: string }): Promise<unknown>;
  };
}

/**
 * What a caller types. LiveKit gives a text to whoever is in the room, and to nobody later: what is typed while an agent
 * is being replaced would be lost. Here it is sent until an agent has taken it, in order.
 */
export class TypedText {
  private before: Promise<unknown> = Promise.resolve();

  /** @param left aborted when the room is left: nothing is sent any more */
  constructor(
    private readonly room: JoinedRoom,
    private readonly left: AbortSignal,
  ) {}

  /** Resolves when it answered a question, or nobody had asked one for ten seconds. @throws the reason of `left` */
  async send(text: string): Promise<void> {
    const payload = JSON.stringify({ id: newKey(), text: text.slice(0, LONGEST_TEXT) });
    const began = Date.now();
    for (;;) {
      const agent = await this.agent();
      const { localParticipant: me } = this.room;
      try {
        await me!.performRpc({ destinationIdentity: agent, method: METHOD, payload, responseTimeout: ANSWER_MS });
        return;
      } catch (error) {
        const isOwn = (error as { code?: number }).code === UNKNOWN_METHOD && Date.now() - began > OWN_AFTER_MS;
        if (isOwn) return void (await me!.sendText(text, { topic: 'lk.chat' }));
      }
      await pause(PAUSE_MS, this.left);
    }
  }

  /** The newest agent, as soon as there is one; whoever asked before is told before. */
  private agent(): Promise<string> {
    const found = this.before.then(async () => {
      for (;;) {
        const newest = newestAgent(this.room.remoteParticipants);
        if (newest) return newest;
        await pause(PAUSE_MS, this.left);
      }
    });
    this.before = found.catch(() => undefined);
    return found;
  }
}

function newestAgent(participants: JoinedRoom['remoteParticipants']): string | undefined {
  const agents = [...participants].filter(([identity, participant]) => isAgent(identity, participant));
  const identities = agents.map(([identity]) => identity);
  const ofAttempts = identities.filter((identity) => OF_ATTEMPT.test(identity));
  return ofAttempts.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? identities.at(-1);
}

const isAgent = (identity: string, participant: unknown): boolean =>
  identity.startsWith('agent-') || (participant as { kind?: number }).kind === KIND_AGENT;
