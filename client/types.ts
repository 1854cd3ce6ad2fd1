import type { components, paths } from './openapi.js';

/** The shapes that people name; all others are in `paths`. */

type Schemas = components['schemas'];
type Ok<R> = R extends { content: { 'application/json': infer Body } } ? Body : never;

export type CallView = Schemas['CallView'];
export type CallSummary = Schemas['CallSummary'];
export type Ended = Schemas['Ended'];
export type Stage = CallView['stage'];
export type EndedReason = Ended['reason'];
export type Direction = CallView['direction'];
export type TimelineEntry = CallView['timeline'][number];
export type Attempt = CallView['attempts'][number];
export type Utterance = CallView['said'][number];
export type CleanupResult = CallView['cleanup'][number];

export type StartCall = Schemas['StartCallInput'];
export type StartedCall = Ok<paths['/v1/calls']['post']['responses'][201]>;
export type CallList = Ok<paths['/v1/calls']['get']['responses'][200]>;
export type ListQuery = NonNullable<paths['/v1/calls']['get']['parameters']['query']>;
export type FlowSummary = Ok<paths['/v1/flows']['get']['responses'][200]>['flows'][number];

export type Problem = Schemas['Problem'];
/** The last part of a problem's `type`: what a program may rely on. */
export type ProblemName = Problem['type'] extends `urn:durable-calls:problem:${infer Name}` ? Name : never;
