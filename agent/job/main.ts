import { defineAgent } from '@livekit/agents';
import type { JobContext, JobProcess } from '@livekit/agents';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { loadTts } from '../providers/index.js';
import { connectToHost } from '../relay/client.js';
import * as relay from '../relay/protocol.js';
import { runJob } from './run.js';
import { Speech } from './speech.js';

export interface Loaded extends Record<string, unknown> {
  host: MessageConnection;
  speech: Speech;
  /** It has a call. */
  busy: boolean;
}

/** A job process: loads everything before it has a job, then serves one call and ends. */
export default defineAgent<Loaded>({
  /** @throws when the speech provider cannot speak: such a process never takes a call */
  async prewarm(process: JobProcess<Loaded>) {
    const host = await connectToHost();
    host.onRequest(relay.ping, () => undefined);
    host.onClose(() => {
      // The framework would keep an orphan for 15 s. With a call, `runJob` leaves the room first.
      if (!process.userData.busy) globalThis.process.exit(0);
    });
    host.listen();
    await host.sendRequest(relay.mayLoad);
    const provider = await loadTts(globalThis.process.env.TTS || 'espeak');
    const speech = new Speech(provider);
    for await (const _frame of speech.speak('ok')) break; // proves that it can, and loads what it loads lazily
    process.userData = { host, speech, busy: false };
    void host.sendNotification(relay.hello, { pid: process.pid });
  },

  entry: (ctx: JobContext<Loaded>) => {
    ctx.proc.userData.busy = true;
    return runJob(ctx, ctx.proc.userData);
  },
});
