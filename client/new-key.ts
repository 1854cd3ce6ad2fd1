/** `crypto.randomUUID` is missing in pages that are neither on localhost nor on https. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join('-');
