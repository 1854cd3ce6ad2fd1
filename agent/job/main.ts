import { setTimeout as sleep } from 'node:timers/promises';
import { defineAgent } from '@livekit/agents';
import type { JobContext, JobProcess } from '@livekit/agents';
import { boxOf } from '../../platform/encryption/box.js';
import type { Box } from '../../platform/encryption/box.js';
import { loadEnv } from '../../platform/env.js';
import { muteNativeLog } from '../../platform/rtc-log.js';
import { within } from '../../platform/within.js';
import { Outgoing } from '../../callflow/outgoing/index.js';
import { loadLlm, loadRecogniser, loadTts } from '../providers/index.js';
import type { Recogniser } from '../providers/stt/recogniser.js';
import { notify } from '../relay/notify.js';
import * as relay from '../relay/protocol.js';
import type { Mind } from './converse/index.js';
import { Model } from './converse/model.js';
import { duty, host } from './host.js';
import { rehearse } from './rehearsal.js';
import { runJob } from './run.js';
import { Speech } from './speech.js';

export interface Loaded extends Record<string, unknown> {
  speech: Speech;
  recogniser: Recogniser;
  mind: Mind;
  /** Opens what was sealed for this job. */
  box: Box;
}

/** More than it takes while ten calls are on. Milliseconds. */
const LOAD_MS = 60_000;
/** The framework forks the next one at once, and loading costs half a second of CPU. Milliseconds. */
const PAUSE_MS = 5_000;

/** @throws when a provider is missing or cannot speak */
async function load(): Promise<Loaded> {
  muteNativeLog();
  const env = loadEnv();
  const { providers, http } = env;
  const recogniser = await loadRecogniser(providers.stt);
  const speech = new Speech(await loadTts(providers.tts));
  const llm = await loadLlm(providers.llm);
  const mind = { model: llm && new Model(llm), outgoing: new Outgoing(http) };
  for await (const _frame of speech.speak('ok')) break; // proves that it can, and loads what it loads lazily
  await rehearse(speech.sampleRate);
  return { speech, recogniser, mind, box: boxOf(env) };
}

/** Such a process never takes a call. Left to the framework it would say nothing, and hold up the others for 2 min. */
async function giveUp(error: unknown): Promise<never> {
  await notify(host, relay.cannotLoad, { error: String(error) });
  await sleep(PAUSE_MS);
  return process.exit(1);
}

/** A job process: loads everything before it has a job, then serves one call and ends. */
export default defineAgent<Loaded>({
  async prewarm(process: JobProcess<Loaded>) {
    process.userData = await within(LOAD_MS, load(), () => new Error(`not loaded within ${LOAD_MS / 1000} s`)).catch(
      giveUp,
    );
    void notify(host, relay.hello, { pid: process.pid });
  },

  entry: (ctx: JobContext<Loaded>) => {
    duty.busy = true;
    return runJob(ctx, ctx.proc.userData);
  },
});
