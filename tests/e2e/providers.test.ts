import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pocketsphinx, pocketsphinxMissing, startPocketsphinx } from '../support/pocketsphinx.js';
import { type SpeechServer, startSpeechServer } from '../support/speech-server.js';
import { type Stack, startStack } from '../support/stack.js';
import { startVoskServer, type VoskServer } from '../support/vosk-server.js';
import { Callers, PATIENT, until } from './harness.js';
import { Speaker } from './speaker.js';

const why = await pocketsphinxMissing();
if (why) console.warn(`A call by Piper and Vosk: ${why}`);

describe.skipIf(why)('a call whose agent speaks by a Piper server and hears by a Vosk server', () => {
  let piper: SpeechServer;
  let vosk: VoskServer;
  let recogniser: Pocketsphinx;
  let stack: Stack;
  let callers: Callers;

  beforeAll(async () => {
    recogniser = await startPocketsphinx();
    [piper, vosk] = await Promise.all([startSpeechServer(), startVoskServer(recogniser.hear)]);
    stack = await startStack({
      env: { FLOWS_DIR: 'tests/e2e/flows' },
      agentEnv: { AGENT_WARM_PROCESSES: '1', TTS: 'piper', PIPER_URL: piper.url, STT: 'vosk', VOSK_URL: vosk.url },
    });
    callers = new Callers(stack.urls.gateway, stack.env);
  });
  afterAll(async () => {
    await stack?.stop();
    piper?.stop();
    vosk?.stop();
    recogniser?.stop();
    await Callers.dispose();
  });

  it('takes digits that were spoken in the middle of the prompt', async () => {
    const created = await callers.create({ flowId: 'pin', policy: PATIENT });
    await until('the room', async () => (await callers.roomNames()).includes(created.room));
    const speaker = await new Speaker().join(created.livekit!);
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
});
