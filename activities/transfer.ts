import { activityInfo, sleep } from '@temporalio/activity';
import { ServerError, SipCallError } from 'livekit-server-sdk';
import type { RoomServiceClient, SipClient } from 'livekit-server-sdk';
import { resolveReferences, referenceVariable } from '../callflow/references.js';
import { isAllowedDestination, isDestination, phoneNumberOf } from '../contract/index.js';
import type { Transferred } from '../contract/index.js';
import type { Logger } from '../platform/logger.js';
import { heartbeating } from './heartbeats.js';
import { causeOf, wasNotSent, withoutNumber } from './phone-errors.js';
import { lineIn } from './phone-line.js';
import { transferOutcomeOf } from './sip-outcomes.js';
import type { PhoneActivities, Transfer } from './types.js';

interface Deps {
  sip: SipClient;
  rooms: RoomServiceClient;
  phone: { allow: readonly string[] };
  logger: Logger;
  /** Where `{{config.…}}` is looked up. Default: this process's own. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Within what time a REFER is over, however it ends. Milliseconds. Default: LiveKit SIP's. */
  overMs?: (command: Transfer) => number;
}

/** Our request outlasts LiveKit's own. Seconds. */
const MARGIN_SECONDS = 5;
/**
 * A caller who hears it ring hears nothing of ours until LiveKit SIP gives the REFER up, and one that nobody answers it
 * gives up after 32 s whatever we say. To be given back earlier would be to be spoken to and not hear it. Seconds.
 */
const DEAF_SECONDS = 33;

/**
 * The flow of a phone that calls begins while LiveKit SIP is still answering it: until its ACK, without one 1.75 s, and
 * until its media come, at most another second. A REFER before that is refused, or without the dial tone. Milliseconds.
 */
const ANSWERED_MS = 3_000;
const LOOK_EVERY_MS = 100;
/** LiveKit SIP says that it has answered just before it is so. Milliseconds. */
const SETTLED_MS = 200;

export function transferActivities(deps: Deps): Pick<PhoneActivities, 'transferCaller'> {
  const { sip, rooms, phone, logger, environment = process.env, overMs = longestMs } = deps;
  return {
    /** SIP REFER. Asked twice it could hand over twice, so only the very first try asks; later ones look. */
    async transferCaller(command) {
      const { callId, room } = command;
      const first = activityInfo().attempt === 1;
      const to = destination(command);
      if ('outcome' in to) return to;
      const result = await heartbeating(() =>
        first ? refer(command, to.address) : outcomeSeen(command, 'the call worker that asked for it is gone'),
      );
      const { outcome, sipCode } = result;
      const detail = withoutNumber(result.detail, to.address);
      logger.info(`Transfer: ${outcome}`, { callId, room, detail, ...(sipCode && { sipCode }) });
      return { ...result, detail };
    },
  };

  async function refer(command: Transfer, address: string): Promise<Transferred> {
    const { callId, room } = command;
    const ringSeconds = ringSecondsOf(command);
    await answered(command);
    const began = Date.now();
    try {
      await sip.transferSipParticipant(room, command.identity, address, {
        playDialtone: command.ringback,
        ringingTimeout: ringSeconds,
        timeout: ringSeconds + MARGIN_SECONDS,
      });
      return { outcome: 'connected', detail: 'the carrier took the caller over' };
    } catch (error) {
      if (error instanceof SipCallError && error.sipStatusCode) {
        const { sipStatusCode: sipCode, sipStatus = '' } = error;
        return { outcome: transferOutcomeOf(sipCode), sipCode, detail: `SIP ${sipCode} ${sipStatus}`.trim() };
      }
      if (!(error instanceof ServerError)) {
        if (wasNotSent(error)) return failed(`LiveKit did not answer (${causeOf(error)})`);
        logger.warn("LiveKit's answer to a transfer was lost", { callId, room, error });
        return outcomeSeen(command, `LiveKit's answer was lost (${causeOf(error)})`);
      }
      const { status } = error;
      const late = Date.now() - began >= ringSeconds * 1_000;
      if (!late && status >= 400 && status < 500 && status !== 408) return failed(causeOf(error));
      return unknown(command, late ? `nobody said how it went within ${ringSeconds} s` : causeOf(error));
    }
  }

  /** One who cannot be looked at is asked for all the same. */
  async function answered({ room, identity }: Transfer): Promise<void> {
    const until = Date.now() + ANSWERED_MS;
    for (let waits = false; ; waits = true) {
      const line = await lineIn(rooms, room, identity).catch(() => undefined);
      if (!line || line.answered || Date.now() > until) return waits ? sleep(SETTLED_MS) : undefined;
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Nobody tells any more how a REFER went: its caller leaves, or is still here when it must be over. */
  async function outcomeSeen(command: Transfer, why: string): Promise<Transferred> {
    const { room, identity } = command;
    const until = activityInfo().scheduledTimestampMs + overMs(command);
    while (Date.now() < until) {
      const line = await lineIn(rooms, room, identity).catch(() => 'no answer' as const);
      if (line === undefined) break;
      await sleep(LOOK_EVERY_MS);
    }
    return unknown(command, why);
  }

  /** Whether a caller who may have been handed over is still here decides how the call goes on. */
  async function unknown({ room, identity }: Transfer, why: string): Promise<Transferred> {
    const here = (await lineIn(rooms, room, identity)) !== undefined;
    return {
      outcome: 'unknown',
      callerIsHere: here,
      detail: `${why}; the caller ${here ? 'is still here' : 'has left'}`,
    };
  }

  function destination({ to }: Transfer): { address: string } | Transferred {
    let address: string;
    try {
      address = resolveReferences(to, (ref) => environment[referenceVariable(ref)]).trim();
    } catch (error) {
      return failed((error as Error).message);
    }
    if (!isDestination(address))
      return failed('its destination is neither a phone number in international format nor a SIP address');
    if (!isAllowedDestination(address, phone.allow))
      return failed('its destination is not one that PHONE_ALLOW allows');
    const number = phoneNumberOf(address);
    return { address: number === undefined ? address : `tel:${number}` };
  }
}

const ringSecondsOf = ({ ringback, ringMs }: Transfer): number =>
  Math.max(ringback ? DEAF_SECONDS : 1, Math.ceil(ringMs / 1_000));

const longestMs = (command: Transfer): number =>
  ANSWERED_MS + SETTLED_MS + (ringSecondsOf(command) + MARGIN_SECONDS) * 1_000;

const failed = (detail: string): Transferred => ({ outcome: 'failed', detail });
