import { fileURLToPath } from 'node:url';
import { cli, defineAgent, ServerOptions } from '@livekit/agents';
import { AudioFrame, AudioSource, LocalAudioTrack, TrackPublishOptions, TrackSource } from '@livekit/rtc-node';
import { durableAgent } from './durable-agent.js';

const RATE = 24_000;
const MAX_CALLS = 20;

/**
 * An ordinary agent worker that needs no provider: it counts by beeps, to `beeps` (default 5), and a replacement goes on
 * where the lost agent was. Built, it runs as `AGENT_NAME=my-agent node dist/sdk/typescript/example.js start`.
 */
export default defineAgent({
  entry: durableAgent(async (ctx, call) => {
    await ctx.connect();
    const source = new AudioSource(RATE, 1);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await ctx.room.localParticipant!.publishTrack(LocalAudioTrack.createAudioTrack('beeps', source), options);
    await loadModels();

    const { variables, state } = await call.ready();

    const beeps = Number(variables.beeps ?? 5);
    for (let count = Number(state ?? 0); count < beeps; count++) {
      await beep(source);
      await source.waitForPlayout(); // a count that was not heard is not kept
      await call.checkpoint(count + 1);
    }
    await call.done({ outcome: 'counted', variables: { counted: beeps } });
  }),
});

/** Stands for whatever an agent loads. */
const loadModels = () => new Promise((resolve) => setTimeout(resolve, Number(process.env.EXAMPLE_LOAD_MS ?? 0)));

/** 200 ms of 440 Hz, and as much silence. */
async function beep(source: AudioSource): Promise<void> {
  const samples = Int16Array.from({ length: 0.4 * RATE }, (_, n) =>
    n < 0.2 * RATE ? 12_000 * Math.sin((2 * Math.PI * 440 * n) / RATE) : 0,
  );
  for (let at = 0; at < samples.length; at += RATE / 50) {
    await source.captureFrame(new AudioFrame(samples.slice(at, at + RATE / 50), RATE, 1, RATE / 50));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { AGENT_NAME = 'my-agent', AGENT_PORT = '8091', LIVEKIT_URL = 'ws://127.0.0.1:7880' } = process.env;
  const { LIVEKIT_API_KEY = 'devkey', LIVEKIT_API_SECRET = 'durable-calls-development-secret-0000' } = process.env;
  cli.runApp(
    new ServerOptions({
      agent: fileURLToPath(import.meta.url),
      agentName: AGENT_NAME,
      // Counted calls: by CPU load, the default, a small machine refuses jobs at random.
      loadFunc: async (server) => server.activeJobs.length / MAX_CALLS,
      numIdleProcesses: 2,
      wsURL: LIVEKIT_URL,
      apiKey: LIVEKIT_API_KEY,
      apiSecret: LIVEKIT_API_SECRET,
      host: '127.0.0.1',
      port: Number(AGENT_PORT),
    }),
  );
}
