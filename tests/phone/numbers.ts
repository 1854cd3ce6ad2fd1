/** What stands in phone-numbers.json. */
export const HELLO = '+4930100';
export const KEYS = '+4930101';
export const LECTURE = '+4930102';
export const DESK = '+4930103';
/** Nobody has told LiveKit of it. */
export const UNKNOWN = '+4930999';
