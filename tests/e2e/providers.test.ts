import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastOf, type LlmServer, startLlmServer } from '../support/llm-server.js';
import { type Pocketsphinx, pocketsphinxMissing, startPocketsphinx } from '../support/pocketsphinx.js';
import { type SpeechServer, startSpeechServer } from '../support/speech-server.js';
import { type Stack, startStack } from '../support/stack.js';
import { startVoskServer, type VoskServer } from '../support/vosk-server.js';
import { Callers, PATIENT, until } from './harness.js';
import { Speaker } from './speaker.js';

const why = await pocketsphinxMissing();
/** Barge-in. The fastest of some tries counts: on a busy machine LiveKit and the caller are late as well. Milliseconds. */
const SILENT_AFTER_MS = 300;
const FASTEST = { retry: { count: 5, delay: 3_000 } };

if (why) console.warn(`A call by Piper and Vosk: ${why}`);

describe.skipIf(why)('a call whose agent speaks by a Piper server and hears by a Vosk server', () => {
  let piper: SpeechServer;
  let vosk: VoskServer;
  let llm: LlmServer;
  let recogniser: Pocketsphinx;
  let stack: Stack;
  let callers: Callers;

  beforeAll(async () => {
    recogniser = await startPocketsphinx();
    [piper, vosk, llm] = await Promise.all([startSpeechServer(), startVoskServer(recogniser.hear), startLlmServer()]);
    stack = await startStack({
      env: { FLOWS_DIR: 'tests/e2e/flows' },
      agentEnv: {
        AGENT_WARM_PROCESSES: '1',
        ...{ TTS: 'piper', PIPER_URL: piper.url, STT: 'vosk', VOSK_URL: vosk.url },
        ...{ LLM: 'openai', LLM_BASE_URL: llm.url },
      },
    });
    callers = new Callers(stack.urls.gateway, stack.env);
  });
  afterAll(async () => {
    await stack?.stop();
    piper?.stop();
    vosk?.stop();
    llm?.stop();
    recogniser?.stop();
    await Callers.dispose();
  });

  /** A call of a caller who speaks. */
  async function speaking(flowId: string) {
    const created = await callers.create({ flowId, policy: PATIENT });
    await until('the room', async () => (await callers.roomNames()).includes(created.room));
    return { created, speaker: await new Speaker().join(created.livekit!) };
  }

  it('takes digits that were spoken in the middle of the prompt', async () => {
    const { created, speaker } = await speaking('pin');
    try {
      await until('the agent to be heard', () => speaker.heardMs > 1_000);
      await speaker.say('two three four two');
      const view = await callers.ended(created.callId);
      expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
      expect(view.variables).toEqual({ pin: '2342' });
      expect(piper.asked.map(({ body }) => body.toString())).toContain(JSON.stringify({ text: 'Thank you, 2342.' }));
    } finally {
      await speaker.leave();
    }
  });

  it('converses by voice: the caller interrupts, and what they said goes to the model', FASTEST, async () => {
    const story = 'Would you like to hear the very long story of this club, which goes on and on? '.repeat(4).trim();
    llm.asked.splice(0);
    llm.answer = async (request) => {
      if (!/yes/.test(lastOf(request).content ?? '')) return { text: story };
      await sleep(1_000); // else the caller could not tell the answer from the story
      return { text: 'Then goodbye.', calls: [{ name: 'known', args: { name: 'Ada' } }] };
    };
    const { created, speaker } = await speaking('talk');
    try {
      await until('the greeting to be said', async () => (await callers.view(created.callId)).said.length === 1);
      await speaker.say('two three four two');
      const before = speaker.heardMs;
      await until('the story to be told', () => speaker.heardMs > before + 2_500);
      const stoppedMs = await speaker.interrupt('yes');
      console.log(`speech -> silence of the model: ${stoppedMs} ms`);
      const view = await callers.ended(created.callId);
      expect(view.ended).toMatchObject({ reason: 'completed', outcome: 'done' });
      expect(view.variables).toEqual({ name: 'Ada' });
      const words = llm.asked
        .at(-1)!
        .messages.slice(1)
        .map(({ role, content }) => [role, content]);
      expect(words).toEqual([
        ['assistant', 'Hello, this is the club. What can I do for you?'],
        ['user', expect.stringContaining('two')],
        ['assistant', expect.any(String)],
        ['user', expect.stringContaining('yes')],
      ]);
      expect(story.startsWith(words[2]![1]!)).toBe(true);
      expect(words[2]![1]!.length).toBeLessThan(story.length / 2);
      expect(stoppedMs).toBeGreaterThan(0);
      expect(stoppedMs).toBeLessThan(SILENT_AFTER_MS);
    } finally {
      await speaker.leave();
    }
  });
});
