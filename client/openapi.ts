/** What the gateway's OpenAPI document says, as types. Made by `npm run client`: do not edit. */
import type { Json } from "./json.js";
export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process answers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description For Prometheus. What concerns calls is read from Temporal with each scrape and holds for all gateways
         *     and organisations: with several gateways scrape one of them for it, or do not add them up.
         *
         *     Needs a key with the scope `admin`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Metrics */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls can be started
         * @description Temporal answers and the flows are loaded.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            flows: number;
                            /** @enum {string} */
                            status: "ready";
                            /** @description Since the last webhook of LiveKit; none came yet without it */
                            webhookAgeMs?: number;
                        };
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agent/accepted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The job runs; again every 2 s until ready */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Where the job runs, for operators */
                        host?: string;
                        /** @description In the room. Default: agent-<attempt> */
                        identity?: string;
                        /** @description LiveKit's id of the job, the same in every message */
                        jobId?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Use it from now on */
                            token?: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The call has ended, or does not want this attempt any more */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agent/alive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Life sign, with what the next agent should know */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description LiveKit's id of the job, the same in every message */
                        jobId?: string;
                        state?: components["schemas"]["JsonInput"];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            go: "on" | "leave";
                            /** @description Use it from now on */
                            token?: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The call has ended, or does not want this attempt any more */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agent/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The conversation is over */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description LiveKit's id of the job, the same in every message */
                        jobId?: string;
                        /** @description Default "completed" */
                        outcome?: string;
                        /** @description Added to the call's */
                        variables?: {
                            [key: string]: components["schemas"]["JsonInput"];
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Use it from now on */
                            token?: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The call has ended, or does not want this attempt any more */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agent/failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The job gives up */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        error: string;
                        /** @description LiveKit's id of the job, the same in every message */
                        jobId?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Use it from now on */
                            token?: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The call has ended, or does not want this attempt any more */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agent/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Everything is loaded: answers when the conversation may begin */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Where the job runs, for operators */
                        host?: string;
                        /** @description In the room. Default: agent-<attempt> */
                        identity?: string;
                        /** @description LiveKit's id of the job, the same in every message */
                        jobId?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StartCommand"];
                    };
                };
                /** @description Not yet: send the same again */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Use it from now on */
                            token?: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The call has ended, or does not want this attempt any more */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Agent hosts and what they can take
         * @description The hosts that AGENT_HEALTH_URLS names, asked now. Agents of others are not among them.
         *
         *     Needs a key with the scope `admin`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Calls, over all hosts that answer; free: of those that take calls */
                            capacity: {
                                active: number;
                                free: number;
                                max: number;
                            };
                            hosts: components["schemas"]["AgentHost"][];
                        };
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Calls, running ones first
         * @description Needs a key with the scope `read`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description `nextCursor` of the page before, with the same filters */
                    cursor?: string;
                    direction?: "web" | "inbound" | "outbound";
                    endedReason?: "completed" | "caller-hangup" | "agent-hangup" | "transferred" | "silence-timeout" | "max-duration" | "operator-canceled" | "rejected-invalid" | "concurrency-limit" | "queue-timeout" | "room-create-failed" | "agent-unavailable" | "agent-dispatch-failed" | "agent-ready-timeout" | "flow-start-failed" | "caller-not-joined" | "caller-abandoned" | "busy" | "no-answer" | "declined" | "invalid-number" | "carrier-rejected" | "agent-lost" | "stt-failed" | "tts-failed" | "llm-failed" | "transfer-failed" | "http-failed" | "media-lost" | "orchestrator-error" | "reaped";
                    flowId?: string;
                    limit?: number;
                    stage?: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
                    status?: "active" | "ended";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            calls: components["schemas"]["CallSummary"][];
                            nextCursor?: string;
                        };
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Start a call
         * @description Needs a key with the scope `call`.
         */
        post: {
            parameters: {
                query?: {
                    /** @description ready: answer when the agent is ready. started: phone calls only, answer when the flow has started */
                    wait?: "none" | "ready" | "started";
                };
                header?: {
                    /** @description The same key and body give the same call; with another body the answer is 422 */
                    "idempotency-key"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StartCallInput"];
                };
            };
            responses: {
                /** @description The call; also for a repeated request with the same key and body */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StartedCall"];
                    };
                };
                /** @description The call, not ready yet: the wait ran out */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StartedCall"];
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls/{callId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One call
         * @description The header `Link` leads to its events and, as `temporal`, to the call in the Temporal Web UI.
         *
         *     Needs a key with the scope `read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CallView"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls/{callId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a call's events
         * @description Each event of the call at each endpoint of the organisation (docs/webhooks.md), oldest first.
         *
         *     Needs a key with the scope `read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            deliveries: {
                                /** @description When it happened. Milliseconds since the epoch */
                                at: number;
                                attempts: number;
                                endpoint: string;
                                /** @description Why the last attempt failed */
                                error?: string;
                                /** @description `webhook-id` */
                                event: string;
                                /** @description The last answer's */
                                httpStatus?: number;
                                /** @description Milliseconds since the epoch */
                                settledAt?: number;
                                /**
                                 * @description waiting: to be tried, again or for the first time. gone: the endpoint answered 410, to this or before
                                 * @enum {string}
                                 */
                                status: "waiting" | "delivered" | "given-up" | "gone";
                                /** @enum {string} */
                                type: "call.stage" | "call.event" | "call.ended";
                                /** @description Of the endpoint, without its query; absent when it is configured no more */
                                url?: string;
                            }[];
                        };
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls/{callId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A call as it happens
         * @description Server-sent events. `stage`: a stage began `{stage, at}`, and again when it is over `{stage, at, ms}`.
         *     `said`: an utterance. `event`: what the flow emits. `ended`: how the call ended, always the last event. A client that reconnects with
         *     `Last-Event-ID` misses nothing and gets nothing twice; 204 means that there is nothing more to come.
         *
         *     Needs a key with the scope `read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: {
                    "last-event-id"?: string;
                };
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description Nothing more to come */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls/{callId}/hangup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hang up
         * @description At any stage. The room is deleted first, so the caller hears nothing more.
         *
         *     Needs a key with the scope `call`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            callId: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The call has ended, or does not want this attempt any more */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls/{callId}/transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was said in a call
         * @description All of it, also while the call lasts (within seconds), and for as long as transcripts are kept here.
         *
         *     Needs a key with the scope `read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            callId: string;
                            complete: boolean;
                            flowId: string;
                            org: string;
                            said: {
                                at: number;
                                node: string;
                                text: string;
                                /** @enum {string} */
                                who: "agent" | "caller";
                            }[];
                        };
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/calls/{callId}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Transfer the caller
         * @description Of a phone call in conversation: hands the caller over to somebody else (SIP REFER). The conversation goes on until that is done, and if it fails. The call's timeline has the outcome.
         *
         *     Needs a key with the scope `call`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    callId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A phone number, or a `sip:` or `tel:` address. Whoever runs this must allow it (PHONE_ALLOW) */
                        to: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            callId: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The call has ended, or does not want this attempt any more */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/codec/decode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decrypt payloads of Temporal
         * @description Temporal's remote codec, for its Web UI and command line: of all organisations.
         *
         *     Needs a key with the scope `admin`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        payloads: components["schemas"]["PayloadInput"][];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            payloads: components["schemas"]["Payload"][];
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Flows
         * @description Needs a key with the scope `read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            flows: {
                                /** @description Content hash, hexadecimal */
                                hash: string;
                                id: string;
                                /** @description What the flow declares */
                                vars: {
                                    [key: string]: unknown;
                                };
                            }[];
                        };
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One flow
         * @description Needs a key with the scope `read`.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    flowId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            flow: unknown;
                            hash: string;
                            id: string;
                        };
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description There is no such thing */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Draw a flow
         * @description As a Mermaid flowchart. Give `flowId`, or a whole `flow`.
         *
         *     Needs a key with the scope `read`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["GraphInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            mermaid: string;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Play a flow as text
         * @description Plays a flow as text, without a call: the same interpreter that calls run. Give `flowId`, or a whole
         *     `flow`. Each line answers one question of the flow's: what the caller says, "" for silence, or what an http request,
         *     a transfer or a language model gives. When the lines run out first, `waiting` says for what.
         *
         *     Needs a key with the scope `read`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SimulateInput"];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            end?: {
                                detail?: string;
                                outcome: string;
                                reason: string;
                            };
                            transcript: {
                                node: string;
                                text: string;
                                /** @enum {string} */
                                who: "agent" | "caller" | "flow";
                            }[];
                            variables: {
                                [key: string]: components["schemas"]["Json"];
                            };
                            waiting?: {
                                hint: string;
                                kind: string;
                                node: string;
                            };
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something does not fit; `errors` names every field */
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a flow
         * @description Everything that is wrong with it, at once. Nothing is kept.
         *
         *     Needs a key with the scope `read`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            errors: {
                                message: string;
                                pointer: string;
                            }[];
                            valid: boolean;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The key does not allow this */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Too many requests of this key; when a call is started, also: as many calls as may be are on */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/livekit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * LiveKit's webhooks
         * @description Signed by LiveKit (`Authorization`), with the hash of the body; content type application/webhook+json.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/webhook+json": string;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            received: boolean;
                        };
                    };
                };
                /** @description The body cannot be read */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description No key, or not a known one; of a webhook: not from our LiveKit; of an own agent: its token */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is too large */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description The body is of a kind that is not read here */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Something went wrong here: the log of the gateway says more */
                500: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
                /** @description Temporal does not answer. A call may have started: the same Idempotency-Key settles it */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AgentHost: {
            /** @description Calls */
            capacity?: {
                active: number;
                free: number;
                max: number;
            };
            draining?: boolean;
            hostId?: string;
            /** @description Why it does not; for operators */
            problems: string[];
            /** @description Takes calls */
            ready: boolean;
            /** @description Where the gateway asked */
            url: string;
            /** @description Loaded processes that wait for a call */
            warm?: number;
        };
        AgentHostInput: {
            /** @description Calls */
            capacity?: {
                active: number;
                free: number;
                max: number;
            };
            draining?: boolean;
            hostId?: string;
            /** @description Why it does not; for operators */
            problems: string[];
            /** @description Takes calls */
            ready: boolean;
            /** @description Where the gateway asked */
            url: string;
            /** @description Loaded processes that wait for a call */
            warm?: number;
        };
        CallSummary: {
            attempt: number;
            callId: string;
            /** @enum {string} */
            direction: "web" | "inbound" | "outbound";
            /** @description Milliseconds since the epoch */
            endedAt?: number;
            /** @enum {string} */
            endedReason?: "completed" | "caller-hangup" | "agent-hangup" | "transferred" | "silence-timeout" | "max-duration" | "operator-canceled" | "rejected-invalid" | "concurrency-limit" | "queue-timeout" | "room-create-failed" | "agent-unavailable" | "agent-dispatch-failed" | "agent-ready-timeout" | "flow-start-failed" | "caller-not-joined" | "caller-abandoned" | "busy" | "no-answer" | "declined" | "invalid-number" | "carrier-rejected" | "agent-lost" | "stt-failed" | "tts-failed" | "llm-failed" | "transfer-failed" | "http-failed" | "media-lost" | "orchestrator-error" | "reaped";
            /** @enum {string} */
            fault?: "none" | "caller" | "carrier" | "provider" | "platform" | "config";
            flowId: string;
            links: {
                events: string;
                self: string;
                /** @description The call in the Temporal Web UI */
                temporal: string;
            };
            /** @enum {string} */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            /** @description Milliseconds since the epoch */
            stageSince: number;
            /** @description Of a scheduled call: when it is to begin. Milliseconds since the epoch */
            startAt?: number;
            /** @description Milliseconds since the epoch */
            startedAt: number;
            /** @enum {string} */
            status: "active" | "ended";
        };
        CallSummaryInput: {
            attempt: number;
            callId: string;
            /** @enum {string} */
            direction: "web" | "inbound" | "outbound";
            /** @description Milliseconds since the epoch */
            endedAt?: number;
            /** @enum {string} */
            endedReason?: "completed" | "caller-hangup" | "agent-hangup" | "transferred" | "silence-timeout" | "max-duration" | "operator-canceled" | "rejected-invalid" | "concurrency-limit" | "queue-timeout" | "room-create-failed" | "agent-unavailable" | "agent-dispatch-failed" | "agent-ready-timeout" | "flow-start-failed" | "caller-not-joined" | "caller-abandoned" | "busy" | "no-answer" | "declined" | "invalid-number" | "carrier-rejected" | "agent-lost" | "stt-failed" | "tts-failed" | "llm-failed" | "transfer-failed" | "http-failed" | "media-lost" | "orchestrator-error" | "reaped";
            /** @enum {string} */
            fault?: "none" | "caller" | "carrier" | "provider" | "platform" | "config";
            flowId: string;
            links: {
                events: string;
                self: string;
                /** @description The call in the Temporal Web UI */
                temporal: string;
            };
            /** @enum {string} */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            /** @description Milliseconds since the epoch */
            stageSince: number;
            /** @description Of a scheduled call: when it is to begin. Milliseconds since the epoch */
            startAt?: number;
            /** @description Milliseconds since the epoch */
            startedAt: number;
            /** @enum {string} */
            status: "active" | "ended";
        };
        CallView: {
            attempts: {
                attempt: number;
                error?: string;
                hostId?: string;
                jobId?: string;
                /** @enum {string} */
                outcome: "dispatched" | "accepted" | "ready" | "dispatch-failed" | "not-accepted" | "not-renewed" | "not-ready" | "failed" | "lost";
                /** @description From dispatch to ready. Milliseconds */
                readyMs?: number;
            }[];
            callId: string;
            cleanup: {
                error?: string;
                ok: boolean;
                what: string;
            }[];
            /** @enum {string} */
            direction: "web" | "inbound" | "outbound";
            /** @description What the flow's `emit` nodes told, the last ones */
            emitted?: {
                /** @description Milliseconds since the epoch */
                at: number;
                data: components["schemas"]["Json"];
                event: string;
                n: number;
                node: string;
            }[];
            ended: components["schemas"]["Ended"] | null;
            flowId: string;
            /** @description What the call was started with */
            metadata?: {
                [key: string]: string;
            };
            node?: string;
            org: string;
            /**
             * @description No worker answered: only what Temporal itself knows
             * @constant
             */
            partial?: true;
            /** @description Empty in a `partial` view of an inbound call: only a worker knows it */
            room: string;
            said: {
                /** @description Milliseconds since the epoch */
                at: number;
                node: string;
                text: string;
                /** @enum {string} */
                who: "agent" | "caller";
            }[];
            /** @enum {string} */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            /** @description Milliseconds since the epoch */
            stageSince: number;
            /** @description Of a scheduled call: when it is to begin. Milliseconds since the epoch */
            startAt?: number;
            /** @enum {string} */
            status: "active" | "ended";
            timeline: {
                /** @description Milliseconds since the epoch */
                at: number;
                detail?: string;
                /** @description What the stage took; absent while it lasts. Milliseconds */
                ms?: number;
                /** @enum {string} */
                stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            }[];
            variables?: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        CallViewInput: {
            attempts: {
                attempt: number;
                error?: string;
                hostId?: string;
                jobId?: string;
                /** @enum {string} */
                outcome: "dispatched" | "accepted" | "ready" | "dispatch-failed" | "not-accepted" | "not-renewed" | "not-ready" | "failed" | "lost";
                /** @description From dispatch to ready. Milliseconds */
                readyMs?: number;
            }[];
            callId: string;
            cleanup: {
                error?: string;
                ok: boolean;
                what: string;
            }[];
            /** @enum {string} */
            direction: "web" | "inbound" | "outbound";
            /** @description What the flow's `emit` nodes told, the last ones */
            emitted?: {
                /** @description Milliseconds since the epoch */
                at: number;
                data: components["schemas"]["JsonInput"];
                event: string;
                n: number;
                node: string;
            }[];
            ended: components["schemas"]["EndedInput"] | null;
            flowId: string;
            /** @description What the call was started with */
            metadata?: {
                [key: string]: string;
            };
            node?: string;
            org: string;
            /**
             * @description No worker answered: only what Temporal itself knows
             * @constant
             */
            partial?: true;
            /** @description Empty in a `partial` view of an inbound call: only a worker knows it */
            room: string;
            said: {
                /** @description Milliseconds since the epoch */
                at: number;
                node: string;
                text: string;
                /** @enum {string} */
                who: "agent" | "caller";
            }[];
            /** @enum {string} */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            /** @description Milliseconds since the epoch */
            stageSince: number;
            /** @description Of a scheduled call: when it is to begin. Milliseconds since the epoch */
            startAt?: number;
            /** @enum {string} */
            status: "active" | "ended";
            timeline: {
                /** @description Milliseconds since the epoch */
                at: number;
                detail?: string;
                /** @description What the stage took; absent while it lasts. Milliseconds */
                ms?: number;
                /** @enum {string} */
                stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            }[];
            variables?: {
                [key: string]: components["schemas"]["JsonInput"];
            };
        };
        Ended: {
            /** @enum {string} */
            by: "caller" | "agent" | "api" | "operator" | "system";
            /** @description What an operator should know and do next */
            detail: string;
            /** @enum {string} */
            fault: "none" | "caller" | "carrier" | "provider" | "platform" | "config";
            outcome?: string;
            /** @enum {string} */
            reason: "completed" | "caller-hangup" | "agent-hangup" | "transferred" | "silence-timeout" | "max-duration" | "operator-canceled" | "rejected-invalid" | "concurrency-limit" | "queue-timeout" | "room-create-failed" | "agent-unavailable" | "agent-dispatch-failed" | "agent-ready-timeout" | "flow-start-failed" | "caller-not-joined" | "caller-abandoned" | "busy" | "no-answer" | "declined" | "invalid-number" | "carrier-rejected" | "agent-lost" | "stt-failed" | "tts-failed" | "llm-failed" | "transfer-failed" | "http-failed" | "media-lost" | "orchestrator-error" | "reaped";
            retryable: boolean;
            sipCode?: number;
            /**
             * @description The stage that the call was in when the cause came up
             * @enum {string}
             */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
        };
        EndedInput: {
            /** @enum {string} */
            by: "caller" | "agent" | "api" | "operator" | "system";
            /** @description What an operator should know and do next */
            detail: string;
            /** @enum {string} */
            fault: "none" | "caller" | "carrier" | "provider" | "platform" | "config";
            outcome?: string;
            /** @enum {string} */
            reason: "completed" | "caller-hangup" | "agent-hangup" | "transferred" | "silence-timeout" | "max-duration" | "operator-canceled" | "rejected-invalid" | "concurrency-limit" | "queue-timeout" | "room-create-failed" | "agent-unavailable" | "agent-dispatch-failed" | "agent-ready-timeout" | "flow-start-failed" | "caller-not-joined" | "caller-abandoned" | "busy" | "no-answer" | "declined" | "invalid-number" | "carrier-rejected" | "agent-lost" | "stt-failed" | "tts-failed" | "llm-failed" | "transfer-failed" | "http-failed" | "media-lost" | "orchestrator-error" | "reaped";
            retryable: boolean;
            sipCode?: number;
            /**
             * @description The stage that the call was in when the cause came up
             * @enum {string}
             */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
        };
        Graph: {
            /** @description A flow, callflow/v1 */
            flow?: unknown;
            flowId?: string;
        };
        GraphInput: {
            /** @description A flow, callflow/v1 */
            flow?: unknown;
            flowId?: string;
        };
        Json: Json;
        JsonInput: Json;
        Payload: {
            /** Format: base64 */
            data?: string;
            /** @description Values in base64 */
            metadata?: {
                [key: string]: string;
            };
        };
        PayloadInput: {
            /** Format: base64 */
            data?: string;
            /** @description Values in base64 */
            metadata?: {
                [key: string]: string;
            };
        };
        Problem: {
            detail: string;
            errors?: {
                detail: string;
                /** @enum {string} */
                in: "body" | "query" | "path" | "header";
                pointer: string;
            }[];
            status: number;
            title: string;
            /** @enum {string} */
            type: "urn:durable-calls:problem:unreadable-body" | "urn:durable-calls:problem:unauthorized" | "urn:durable-calls:problem:webhook-refused" | "urn:durable-calls:problem:agent-token-refused" | "urn:durable-calls:problem:forbidden" | "urn:durable-calls:problem:not-found" | "urn:durable-calls:problem:call-not-found" | "urn:durable-calls:problem:transcript-not-found" | "urn:durable-calls:problem:flow-not-found" | "urn:durable-calls:problem:call-ended" | "urn:durable-calls:problem:not-transferable" | "urn:durable-calls:problem:attempt-not-wanted" | "urn:durable-calls:problem:body-too-large" | "urn:durable-calls:problem:unsupported-media-type" | "urn:durable-calls:problem:rejected-invalid" | "urn:durable-calls:problem:idempotency-key-reused" | "urn:durable-calls:problem:concurrency-limit" | "urn:durable-calls:problem:rate-limited" | "urn:durable-calls:problem:internal" | "urn:durable-calls:problem:temporal-unavailable";
        };
        ProblemInput: {
            detail: string;
            errors?: {
                detail: string;
                /** @enum {string} */
                in: "body" | "query" | "path" | "header";
                pointer: string;
            }[];
            status: number;
            title: string;
            /** @enum {string} */
            type: "urn:durable-calls:problem:unreadable-body" | "urn:durable-calls:problem:unauthorized" | "urn:durable-calls:problem:webhook-refused" | "urn:durable-calls:problem:agent-token-refused" | "urn:durable-calls:problem:forbidden" | "urn:durable-calls:problem:not-found" | "urn:durable-calls:problem:call-not-found" | "urn:durable-calls:problem:transcript-not-found" | "urn:durable-calls:problem:flow-not-found" | "urn:durable-calls:problem:call-ended" | "urn:durable-calls:problem:not-transferable" | "urn:durable-calls:problem:attempt-not-wanted" | "urn:durable-calls:problem:body-too-large" | "urn:durable-calls:problem:unsupported-media-type" | "urn:durable-calls:problem:rejected-invalid" | "urn:durable-calls:problem:idempotency-key-reused" | "urn:durable-calls:problem:concurrency-limit" | "urn:durable-calls:problem:rate-limited" | "urn:durable-calls:problem:internal" | "urn:durable-calls:problem:temporal-unavailable";
        };
        Simulate: {
            /** @description A flow, callflow/v1 */
            flow?: unknown;
            flowId?: string;
            /** @default [] */
            lines: string[];
            variables?: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        SimulateInput: {
            /** @description A flow, callflow/v1 */
            flow?: unknown;
            flowId?: string;
            /** @default [] */
            lines?: string[];
            variables?: {
                [key: string]: components["schemas"]["JsonInput"];
            };
        };
        StartCall: {
            /** @description An agent of your own, by the name that its worker registers with (docs/own-agent.md) */
            agent?: {
                name: string;
            };
            /** @description One of /v1/flows; with `agent`, whatever that agent understands */
            flowId?: string;
            /** @description Travels with the call and is not read */
            metadata?: {
                [key: string]: string;
            };
            /** @description Durations in milliseconds, and limits, of this call only */
            policy?: {
                absentMs?: number;
                acceptMs?: number;
                apiAttempts?: number;
                apiBackoffMs?: number;
                apiTimeoutMs?: number;
                callerGraceMs?: number;
                callerMs?: number;
                dialMs?: number;
                dispatchAttempts?: number;
                dispatchBackoffMs?: number;
                heartbeatMs?: number;
                maxDurationMs?: number;
                readyMs?: number;
                reattachMs?: number;
                recoveries?: number;
                renewMs?: number;
                settleMs?: number;
                setupMs?: number;
                silenceMs?: number;
            };
            /** @description At the limit of concurrent calls: how long the call may wait for a place. Without it: 429 */
            queueMs?: number;
            /**
             * Format: date-time
             * @description The call begins then, and not when it is asked for; it can be hung up before. At most 30 days ahead
             */
            startAt?: string;
            /** @description A test call of the page's: agents get the longer LIVEKIT_TEST_AGENT_WAIT_TIMEOUT */
            test?: boolean;
            /** @description Calls this phone. Left out: a web call */
            to?: {
                phone: string;
            };
            /** @description What the flow declares in `vars` */
            variables?: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        StartCallInput: {
            /** @description An agent of your own, by the name that its worker registers with (docs/own-agent.md) */
            agent?: {
                name: string;
            };
            /** @description One of /v1/flows; with `agent`, whatever that agent understands */
            flowId?: string;
            /** @description Travels with the call and is not read */
            metadata?: {
                [key: string]: string;
            };
            /** @description Durations in milliseconds, and limits, of this call only */
            policy?: {
                absentMs?: number;
                acceptMs?: number;
                apiAttempts?: number;
                apiBackoffMs?: number;
                apiTimeoutMs?: number;
                callerGraceMs?: number;
                callerMs?: number;
                dialMs?: number;
                dispatchAttempts?: number;
                dispatchBackoffMs?: number;
                heartbeatMs?: number;
                maxDurationMs?: number;
                readyMs?: number;
                reattachMs?: number;
                recoveries?: number;
                renewMs?: number;
                settleMs?: number;
                setupMs?: number;
                silenceMs?: number;
            };
            /** @description At the limit of concurrent calls: how long the call may wait for a place. Without it: 429 */
            queueMs?: number;
            /**
             * Format: date-time
             * @description The call begins then, and not when it is asked for; it can be hung up before. At most 30 days ahead
             */
            startAt?: string;
            /** @description A test call of the page's: agents get the longer LIVEKIT_TEST_AGENT_WAIT_TIMEOUT */
            test?: boolean;
            /** @description Calls this phone. Left out: a web call */
            to?: {
                phone: string;
            };
            /** @description What the flow declares in `vars` */
            variables?: {
                [key: string]: components["schemas"]["JsonInput"];
            };
        };
        StartCommand: {
            /** @description Send alive so often. Milliseconds */
            aliveEveryMs: number;
            flowId: string;
            /** @description This agent replaces one that was lost in the conversation */
            resumed: boolean;
            /** @description What the lost agent sent last */
            state?: components["schemas"]["Json"];
            /** @description Use it from now on */
            token?: string;
            variables: {
                [key: string]: components["schemas"]["Json"];
            };
        };
        StartCommandInput: {
            /** @description Send alive so often. Milliseconds */
            aliveEveryMs: number;
            flowId: string;
            /** @description This agent replaces one that was lost in the conversation */
            resumed: boolean;
            /** @description What the lost agent sent last */
            state?: components["schemas"]["JsonInput"];
            /** @description Use it from now on */
            token?: string;
            variables: {
                [key: string]: components["schemas"]["JsonInput"];
            };
        };
        StartedCall: {
            callId: string;
            /** @description Only when the call ended while the request waited */
            ended?: components["schemas"]["Ended"];
            links: {
                events: string;
                self: string;
                /** @description The call in the Temporal Web UI */
                temporal: string;
            };
            /** @description To join the room, while the call lives */
            livekit?: {
                token: string;
                url: string;
            };
            room: string;
            /** @enum {string} */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            /** @enum {string} */
            status: "active" | "ended";
        };
        StartedCallInput: {
            callId: string;
            /** @description Only when the call ended while the request waited */
            ended?: components["schemas"]["EndedInput"];
            links: {
                events: string;
                self: string;
                /** @description The call in the Temporal Web UI */
                temporal: string;
            };
            /** @description To join the room, while the call lives */
            livekit?: {
                token: string;
                url: string;
            };
            room: string;
            /** @enum {string} */
            stage: "admitted" | "room" | "dispatch" | "agent-ready" | "dial" | "caller" | "flow" | "cleanup" | "ended";
            /** @enum {string} */
            status: "active" | "ended";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
