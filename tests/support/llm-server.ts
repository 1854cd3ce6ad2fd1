import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { json } from 'node:stream/consumers';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content?: string;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

export interface ChatRequest {
  model: string;
  stream: boolean;
  messages: ChatMessage[];
  tools?: { function: { name: string; description: string; parameters: { properties: Record<string, unknown> } } }[];
}

/** What the model answers: words, functions to call, or an HTTP status. `cut`: the connection is reset after the words. */
export type Reply = number | { text?: string; calls?: { name: string; args?: object | string }[]; cut?: true };

export interface LlmServer {
  /** Ends with `/v1`. */
  url: string;
  /** Every request so far, with its key. */
  asked: (ChatRequest & { authorization: string | undefined })[];
  /** Streams that the client gave up in the middle. */
  abandoned: number;
  /** Set by tests: the answer to a request. */
  answer: (request: ChatRequest) => Reply | Promise<Reply>;
  stop: () => void;
}

/** What the caller said last, as the model reads it. */
export const lastOf = ({ messages }: ChatRequest): ChatMessage => messages.at(-1)!;

/** Speaks OpenAI's chat completions protocol, streamed word by word, with tool calls whose arguments come in pieces. */
export async function startLlmServer(pauseMs = 2): Promise<LlmServer> {
  const server = createServer(async (request: IncomingMessage, response) => {
    if (request.url !== '/v1/chat/completions') return response.writeHead(404).end();
    const body = (await json(request)) as ChatRequest;
    llm.asked.push({ ...body, authorization: request.headers.authorization });
    const reply = await llm.answer(body);
    if (typeof reply === 'number')
      return response
        .writeHead(reply, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: 'as the test wants it', type: 'server_error' } }));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.on('close', () => (llm.abandoned += response.writableFinished ? 0 : 1));
    const send = (delta: object, finish_reason: string | null = null) =>
      response.write(`data: ${JSON.stringify({ id: 'c1', choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
    for (const word of reply.text?.split(/(?<= )/) ?? []) {
      send({ role: 'assistant', content: word });
      await sleep(pauseMs);
      if (response.destroyed) return;
    }
    if (reply.cut) return response.socket!.resetAndDestroy();
    reply.calls?.forEach(({ name, args = {} }, index) => {
      const text = typeof args === 'string' ? args : JSON.stringify(args);
      const id = `call_${llm.asked.length}_${index}`;
      send({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
      for (const piece of text.match(/.{1,7}/gs) ?? [])
        send({ tool_calls: [{ index, function: { arguments: piece } }] });
    });
    send({}, reply.calls ? 'tool_calls' : 'stop');
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const llm: LlmServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: [],
    abandoned: 0,
    answer: () => ({ text: 'Hello.' }),
    stop: () => (server.close(), server.closeAllConnections()),
  };
  return llm;
}
