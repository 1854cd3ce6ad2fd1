import { ServerError, SipCallError } from 'livekit-server-sdk';
import type { RoomServiceClient, SipClient } from 'livekit-server-sdk';
import winston from 'winston';
import { dialActivities } from '../../activities/dial.js';
import { transferActivities } from '../../activities/transfer.js';
import type { PhoneActivities } from '../../activities/types.js';
import { CALLER_IDENTITY, OUTBOUND_TRUNK } from '../../contract/index.js';
import type { ScriptedRoom } from './scripted-livekit.js';

/** What becomes of one INVITE. It rings until then, or until the line is given up. */
export type PhoneScript = (line: ScriptedLine) => Promise<void>;

/** What becomes of one REFER. */
export type ReferScript = (line: ScriptedLine) => Promise<void>;

const sipError = (code: number, status: string) =>
  new SipCallError('error', 'twirp error unknown', 400, 'failed_precondition', {
    sip_status_code: `${code}`,
    sip_status: status,
  });

export const answers: PhoneScript = async (line) => line.answer();
/** A final response of the phone's, or of a carrier's. */
export const responds =
  (code: number, status = 'Something'): PhoneScript =>
  () =>
    Promise.reject(sipError(code, status));
export const ringsOn: PhoneScript = () => new Promise(() => undefined);
/** LiveKit says it of a phone that nobody answers and of a line that was given up. */
export const timesOut: PhoneScript = () =>
  Promise.reject(new ServerError('Request Timeout', 'sip request timed out', 408, 'canceled'));
export const answersAfter =
  (gate: Promise<void>): PhoneScript =>
  (line) =>
    gate.then(() => line.answer());
/** It rings, and answers when it may; whoever dialled does not hear of it. */
export const answersUnheard =
  (gate: Promise<void>): PhoneScript =>
  (line) => {
    void gate.then(() => line.answer());
    return Promise.reject(new TypeError('fetch failed'));
  };

/** The phone in the room of one call, as LiveKit SIP has it there. */
export class ScriptedLine {
  status: 'dialing' | 'ringing' | 'active' = 'ringing';
  readonly sid = 'PA_phone';
  readonly gone: Promise<never>;
  private giveUp!: (error: Error) => void;

  constructor(private readonly room: ScriptedRoom) {
    this.gone = new Promise((_, reject) => (this.giveUp = reject));
    this.gone.catch(() => undefined);
  }

  answer(): void {
    if (this.room.line === this) this.status = 'active';
  }

  /** By either side, or because the room is gone. */
  end(): void {
    if (this.room.line === this) this.room.line = undefined;
    this.giveUp(new ServerError('Request Timeout', 'sip request timed out', 408, 'canceled'));
  }
}

const notFound = () => new ServerError('Not Found', 'participant does not exist', 404, 'not_found');

/**
 * The real activities, over LiveKit's API as one call sees it: what they do when they run a second time is what counts.
 */
export function scriptedPhone(roomOf: (room: string) => ScriptedRoom): PhoneActivities {
  const sip = {
    listSipOutboundTrunk: () => Promise.resolve([{ name: OUTBOUND_TRUNK, sipTrunkId: 'ST_test' }]),
    async createSipParticipant(trunk: string, _number: string, name: string) {
      if (trunk !== 'ST_test') throw new ServerError('Not Found', `no trunk ${trunk}`, 404, 'not_found');
      const { sid } = await roomOf(name).dialled();
      return { participantId: sid };
    },
    transferSipParticipant: (name: string) => roomOf(name).referred(),
  } as unknown as SipClient;
  const rooms = {
    async getParticipant(name: string, identity: string) {
      const { line } = roomOf(name);
      if (!line || identity !== CALLER_IDENTITY) throw notFound();
      return { sid: line.sid, attributes: { 'sip.callStatus': line.status } };
    },
    listRooms: async ([name]: string[]) => (roomOf(name!).remains.room ? [{ name }] : []),
    deleteRoom: (name: string) => roomOf(name).deleteRoom(),
  } as unknown as RoomServiceClient;
  const logger = winston.createLogger({ silent: true });
  const phone = { trunkId: undefined, allow: ['+'] };
  return {
    ...dialActivities({ sip, rooms, phone, logger }),
    ...transferActivities({ sip, rooms, phone, logger, environment: {}, overMs: () => 1_000 }),
  };
}
