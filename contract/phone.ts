import type { EndedReason } from './ended.js';

/** How the phone that was called answered, or did not. `lost`: nobody can say any more. */
export type DialOutcome =
  'answered' | Extract<EndedReason, 'busy' | 'no-answer' | 'declined' | 'invalid-number' | 'carrier-rejected'> | 'lost';

export interface Dialled {
  outcome: DialOutcome;
  /** The final SIP response, where there was one. */
  sipCode?: number;
  /** The phone's session in the room, once it has answered. */
  sid?: string;
  /** For operators: what was answered, without the number. */
  detail: string;
  /** What they can do about it, where it is not the carrier's doing. */
  todo?: string;
}

/** What became of a caller who was to be handed over. `unknown`: it may have worked, or may still. */
export type TransferOutcome = 'connected' | 'failed' | 'busy' | 'noAnswer' | 'unknown';

export interface Transferred {
  outcome: TransferOutcome;
  sipCode?: number;
  /** Of an unknown outcome: the caller can still be spoken to. */
  callerIsHere?: boolean;
  detail: string;
}

/** Signal: hand the caller over to somebody else, whatever the flow is doing. */
export interface TransferRequest {
  /** A phone number, or a `sip:` or `tel:` address. */
  phone: string;
}

/** International format: a plus sign, country code and number, 7 to 15 digits. */
export const isPhoneNumber = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(text);

/** Written in the international format, or undefined for what is no phone number: `tel:`, spaces and the like are dropped. */
export function phoneNumberOf(text: string): string | undefined {
  const digits = text.replace(/^tel:/i, '').replace(/[ ().-]/g, '');
  return isPhoneNumber(digits) ? digits : undefined;
}

/**
 * Whether calls may go there. An entry is how allowed phone numbers begin (`+4930`; `+` is every number), a whole SIP
 * address (`sip:desk@pbx.example`), or `sip:` for every one.
 */
export function isAllowedDestination(destination: string, allowed: readonly string[]): boolean {
  const number = phoneNumberOf(destination);
  if (number !== undefined) return allowed.some((prefix) => prefix.startsWith('+') && number.startsWith(prefix));
  if (!isDestination(destination)) return false;
  const address = sipOf(destination);
  return allowed.map(sipOf).some((entry) => entry === 'sip:' || entry === address);
}

/** A phone number in international format, however it is written, or a whole SIP address. */
export const isDestination = (text: string): boolean =>
  phoneNumberOf(text) !== undefined || /^sips?:[^\s@]+@[^\s@]+$/i.test(text);

const sipOf = (address: string): string => address.toLowerCase().replace(/^sips:/, 'sip:');

/** Name of the LiveKit trunk that `npm run phone -- setup --outbound` makes, and that is used when none is named. */
export const OUTBOUND_TRUNK = 'durable-calls outbound';
