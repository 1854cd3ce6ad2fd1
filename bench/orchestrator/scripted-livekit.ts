import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DispatchMetadata } from '../../contract/index.js';

/** What LiveKit answers when all is well, by method of its API. */
const ANSWERS: Record<string, object> = {
  CreateRoom: { sid: 'RM_scripted' },
  DeleteRoom: {},
  ListRooms: { rooms: [] },
  CreateDispatch: { id: 'AD_scripted' },
  ListDispatch: { agentDispatches: [{ id: 'AD_scripted' }] },
  DeleteDispatch: { id: 'AD_scripted' },
  ListParticipants: { participants: [] },
  RemoveParticipant: {},
};

interface Asked {
  room?: string;
  name?: string;
  metadata: string;
  agents?: { metadata: string }[];
}

/** LiveKit's HTTP API without LiveKit: every request succeeds at once, and a dispatch is made known. */
export async function startScriptedLiveKit(onDispatch: (metadata: DispatchMetadata) => void) {
  /** Dispatches by room, as they were asked for: the list names their metadata. */
  const dispatches = new Map<string, string>();
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const method = request.url?.split('/').at(-1) ?? '';
      const asked = (body ? JSON.parse(body) : {}) as Asked;
      const { name = '', room = name } = asked;
      let answer = ANSWERS[method];
      for (const { metadata } of method === 'CreateDispatch' ? [asked] : (asked.agents ?? [])) {
        dispatches.set(room, metadata);
        onDispatch(JSON.parse(metadata) as DispatchMetadata);
      }
      if (method === 'ListDispatch')
        answer = { agentDispatches: [{ id: 'AD_scripted', room, metadata: dispatches.get(room) }] };
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { code: 'bad_route', msg: `${method} is not scripted` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
