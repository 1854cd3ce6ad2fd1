import { defineAgent } from '@livekit/agents';
import type { JobContext, JobProcess } from '@livekit/agents';
import { RoomEvent } from '@livekit/rtc-node';
import { setTimeout as sleep } from 'node:timers/promises';
import { rehearse } from '../../agent/job/rehearsal.js';
import { Speech } from '../../agent/job/speech.js';
import { Voice } from '../../agent/job/voice.js';
import { loadTts } from '../../agent/providers/index.js';
import { loadEnv } from '../../platform/env.js';
import { muteNativeLog } from '../../platform/rtc-log.js';
import { tell } from './pool.js';
import { FLOW_START_TOPIC } from './protocol.js';
import type { JobMetadata } from './protocol.js';

/** Longer than any call is waited for. Milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * An ordinary agent that speaks with our voice: what is loaded and rehearsed before the job, what is loaded after
 * connecting, the provider and the words are the same. It starts its flow as such agents do: by a handler that is registered once
 * everything it needs has loaded; or, for the floor, without being asked.
 */
export default defineAgent<{ speech: Speech }>({
  async prewarm(process: JobProcess<{ speech: Speech }>) {
    muteNativeLog();
    const speech = new Speech(await loadTts(loadEnv().providers.tts));
    for await (const _frame of speech.speak('ok')) break;
    await rehearse(speech.sampleRate);
    process.userData = { speech };
    tell('warm');
  },

  async entry(ctx: JobContext<{ speech: Speech }>) {
    tell('in a call');
    const { speech } = ctx.proc.userData;
    const { greeting, speak } = JSON.parse(ctx.job.metadata) as JobMetadata;
    speech.prepare(greeting);
    await ctx.connect();
    const voice = await Voice.publish(ctx.room, speech);
    const loadMs = Number(process.env.AGENT_PROVIDER_LOAD_MS ?? 0);
    if (loadMs > 0) await sleep(loadMs);
    const greet = () => void say(voice, ctx.job.id, greeting).catch(console.error);
    if (speak === 'at-once') return greet();
    ctx.room.on(RoomEvent.DataReceived, (_payload, _from, _kind, topic) => topic === FLOW_START_TOPIC && greet());
  },
});

function say(voice: Voice, jobId: string, text: string) {
  const command = { callId: '', attempt: 1, jobId, nodeRunId: 'greeting', text, silenceMs: PATIENCE_MS };
  return voice.say(command, () => undefined, new AbortController().signal);
}
