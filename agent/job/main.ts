import { defineAgent } from '@livekit/agents';
import type { JobContext, JobProcess } from '@livekit/agents';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { boxOf } from '../../platform/encryption/box.js';
import type { Box } from '../../platform/encryption/box.js';
import { loadEnv } from '../../platform/env.js';
import { Outgoing } from '../../callflow/outgoing/index.js';
import { loadLlm, loadRecogniser, loadTts } from '../providers/index.js';
import type { Recogniser } from '../providers/stt/recogniser.js';
import { connectToHost } from '../relay/client.js';
import * as relay from '../relay/protocol.js';
import type { Mind } from './converse/index.js';
import { Model } from './converse/model.js';
import { rehearse } from './rehearsal.js';
import { runJob } from './run.js';
import { Speech } from './speech.js';

export interface Loaded extends Record<string, unknown> {
  host: MessageConnection;
  speech: Speech;
  recogniser: Recogniser;
  mind: Mind;
  /** Opens what was sealed for this job. */
  box: Box;
  /** It has a call. */
  busy: boolean;
}

/** A job process: loads everything before it has a job, then serves one call and ends. */
export default defineAgent<Loaded>({
  /** @throws when a provider is missing or cannot speak: such a process never takes a call */
  async prewarm(process: JobProcess<Loaded>) {
    const host = await connectToHost();
    host.onRequest(relay.ping, () => undefined);
    host.onClose(() => {
      // The framework would keep an orphan for 15 s. With a call, `runJob` leaves the room first.
      if (!process.userData.busy) globalThis.process.exit(0);
    });
    host.listen();
    await host.sendRequest(relay.mayLoad);
    const env = loadEnv();
    const { providers, http } = env;
    const recogniser = await loadRecogniser(providers.stt);
    const speech = new Speech(await loadTts(providers.tts));
    const llm = await loadLlm(providers.llm);
    const mind = { model: llm && new Model(llm), outgoing: new Outgoing(http) };
    for await (const _frame of speech.speak('ok')) break; // proves that it can, and loads what it loads lazily
    await rehearse(speech.sampleRate);
    process.userData = { host, speech, recogniser, mind, box: boxOf(env), busy: false };
    void host.sendNotification(relay.hello, { pid: process.pid });
  },

  entry: (ctx: JobContext<Loaded>) => {
    ctx.proc.userData.busy = true;
    return runJob(ctx, ctx.proc.userData);
  },
});
