export { GatewayClient, type ClientOptions, type StartOptions } from './client.js';
export { GatewayError } from './error.js';
export type { Follower } from './follow.js';
export type { components, paths } from './openapi.js';
export { TypedText, type JoinedRoom } from './typed.js';
export * from './types.js';
