import { initializeLogger } from '@livekit/agents';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadRecogniser } from '../../../../agent/providers/index.js';
import { expectedAnswer } from '../../../../callflow/answer.js';
import { Entry } from '../../../../agent/job/entry.js';
import type { Expect } from '../../../../contract/index.js';
import { loadEnv } from '../../../../platform/env.js';
import { say } from '../../../../scripts/recognition/voice.js';
import { type Pocketsphinx, pocketsphinxMissing, startPocketsphinx } from '../../../support/pocketsphinx.js';
import { startVoskServer, type VoskServer } from '../../../support/vosk-server.js';

const why = await pocketsphinxMissing();
if (why) console.warn(`A Vosk server over a real recogniser: ${why}`);

let server: VoskServer;
beforeAll(() => initializeLogger({ pretty: false, level: 'silent' }));
afterEach(() => server?.stop());

const listener = () => loadRecogniser(loadEnv({ STT: 'vosk', VOSK_URL: server.url }).providers.stt);

describe.skipIf(why)('a Vosk server over a real recogniser', () => {
  let recogniser: Pocketsphinx;
  beforeAll(async () => {
    recogniser = await startPocketsphinx();
  });
  afterAll(() => recogniser?.stop());

  it.each<[Expect, string, string, string]>([
    [{ kind: 'yes-no' }, 'yes', 'en-us', 'yes'],
    [{ kind: 'yes-no' }, 'sure', 'en-us', 'yes'],
    [{ kind: 'yes-no' }, 'no', 'en-us+f3', 'no'],
    [{ kind: 'digits', length: 4 }, 'two three four two', 'en-us', '2342'],
  ])('hears the answer to %o in "%s"', async (asked, said, voice, value) => {
    server = await startVoskServer(recogniser.hear);
    const expected = expectedAnswer(asked, 'en');
    const words = await (await listener()).hear(expected, say(said, voice));
    expect(new Entry(expected).spoken(words)).toMatchObject({ kind: 'answered', value, via: 'speech' });
    expect(server.rates).toEqual([16_000]);
  });
});

describe('a Vosk server', () => {
  it('that hears nothing leaves it not understood', async () => {
    server = await startVoskServer(() => Promise.resolve(''));
    expect(await (await listener()).hear({ kind: 'text', maxLength: 9 }, say('yes'))).toBeUndefined();
  });

  it('that is not there is an error, not silence', async () => {
    server = await startVoskServer(() => Promise.resolve(''));
    const recogniser = await listener();
    server.stop();
    await expect(recogniser.hear({ kind: 'text', maxLength: 9 }, say('yes'))).rejects.toThrow();
  });
});
