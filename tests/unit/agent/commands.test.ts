import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveCommands } from '../../../agent/job/commands.js';
import type { Line } from '../../../agent/job/line.js';
import * as relay from '../../../agent/relay/protocol.js';
import { Outgoing } from '../../../callflow/outgoing/index.js';
import type { Said, Say } from '../../../contract/index.js';
import { relayPair } from './relay-pair.js';

const WORDS: Say = {
  ...{ callId: 'c', attempt: 1, jobId: 'j', nodeRunId: '1-greet', silenceMs: 1_000 },
  ...{ text: 'Hello.', interruptible: false },
};
const SAID = { playedMs: 500, firstAudioMs: 10 };

/** What the voice was given to say: the test ends it. */
let spoken: { end: (said: Said) => void; fail: (error: Error) => void; signal: AbortSignal }[];
let host: MessageConnection;
let end: () => void;

beforeEach(() => {
  spoken = [];
  const pair = relayPair();
  ({ host, end } = pair);
  const say = (_words: Say, _audible: () => void, signal: AbortSignal) =>
    new Promise<Said>((resolve, reject) => spoken.push({ end: resolve, fail: reject, signal }));
  const line = { voice: { say } } as unknown as Line;
  serveCommands(pair.job, 'j', () => line, { model: undefined, outgoing: new Outgoing() });
  for (const side of [pair.host, pair.job]) side.listen();
});
afterEach(() => end());

const ask = (token = new CancellationTokenSource().token) => host.sendRequest(relay.say, WORDS, token);
const begun = (times: number) => vi.waitFor(() => expect(spoken).toHaveLength(times));
/** The job has read all that it was sent. */
const arrived = () => host.sendRequest(relay.startFlow, {} as never);

describe('a command that comes again', () => {
  it('joins what is going on, and has its result when it is over', async () => {
    const first = ask();
    await begun(1);
    const second = ask();
    await arrived();
    spoken[0]!.end(SAID);
    expect(await Promise.all([first, second, ask()])).toEqual([SAID, SAID, SAID]);
    expect(spoken).toHaveLength(1);
  });

  it('after it failed is carried out anew, and whoever had joined is told', async () => {
    const both = Promise.allSettled([ask(), ask()]);
    await begun(1);
    await arrived();
    spoken[0]!.fail(new Error('nobody subscribed'));
    for (const each of await both)
      expect(each).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('nobody') } });
    const again = ask();
    await begun(2);
    spoken[1]!.end(SAID);
    expect(await again).toEqual(SAID);
  });

  it.each(['first', 'second'])('after its %s asker called it off is carried out anew', async (who) => {
    const [first, second] = [new CancellationTokenSource(), new CancellationTokenSource()];
    void Promise.allSettled([ask(first.token), ask(second.token)]);
    await begun(1);
    await arrived();
    (who === 'first' ? first : second).cancel();
    await vi.waitFor(() => expect(spoken[0]!.signal.aborted).toBe(true));
    const again = ask();
    await begun(2);
    spoken[0]!.end({ ...SAID, playedMs: 20 }); // what was heard of it: the words have not been said
    spoken[1]!.end(SAID);
    expect(await again).toEqual(SAID);
    expect(await ask()).toEqual(SAID);
    expect(spoken).toHaveLength(2);
  });
});
