import { WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { MESSAGES, OWN_AGENT } from '../../contract/index.js';
import type { CallPolicy, OwnReady, OwnReadyAnswer } from '../../contract/index.js';
import { lost } from '../support/scripted-agent.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { NOTHING } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

/** Nobody of ours takes the job: the test itself says what the gateway would. */
const ownCall = (policy: Partial<CallPolicy> = {}, caller = true) =>
  world.call({ agents: [lost], policy, caller, input: { flow: { schema: OWN_AGENT, id: 'mine' } } });

const ready = (call: ScriptedCall, more: Partial<OwnReady> = {}) =>
  call.handle.executeUpdate<OwnReadyAnswer, [OwnReady]>(MESSAGES.ownReady, {
    args: [{ attempt: 1, jobId: 'AJ_1', hostId: 'own', ...more }],
  });
const done = (call: ScriptedCall, attempt = 1, more: object = {}) =>
  call.signal(MESSAGES.ownDone, { attempt, jobId: `AJ_${attempt}`, ...more });
const refused = (answer: Promise<unknown>) => expect(answer).rejects.toThrow(WorkflowUpdateFailedError);

describe('an agent of somebody else', () => {
  it('is started when the caller is there, not before', async () => {
    const call = await ownCall({}, false);
    await call.asked('dispatchAgent 1');
    const started = ready(call);
    await call.at('caller');
    await call.callerJoins();
    expect(await started).toMatchObject({ start: { flowId: 'mine', resumed: false } });
    await done(call, 1, { outcome: 'sold', variables: { b: 2 } });
    const view = await call.result();
    expect(view.ended).toMatchObject({ reason: 'completed', by: 'agent', outcome: 'sold' });
    expect(view.variables).toMatchObject({ b: 2 });
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  it('that is not wanted is refused, and what does not fit changes nothing', async () => {
    const call = await ownCall();
    await call.asked('dispatchAgent 1');
    await refused(ready(call, { attempt: 2 }));
    await refused(ready(call, { hostId: 'no host' }));
    await refused(ready(call, { identity: 'caller' }));
    await ready(call);
    await refused(ready(call, { jobId: 'AJ_other' }));
    for (const message of [null, {}, 'x', { attempt: 1 }, { attempt: 1, jobId: 'AJ_other', state: 1 }]) {
      await call.signal(MESSAGES.ownDone, message);
      await call.signal(MESSAGES.ownCheckpoint, message);
    }
    await done(call);
    expect((await call.result()).ended).toMatchObject({ reason: 'completed', outcome: 'completed' });
    await expect(ready(call)).rejects.toThrow();
  });

  it('that failed is replaced, with the state that it sent last', async () => {
    const call = await ownCall();
    await call.asked('dispatchAgent 1');
    await ready(call, { identity: 'agent-AJ_1' });
    await call.signal(MESSAGES.ownCheckpoint, { attempt: 1, jobId: 'AJ_1', state: { page: 2 } });
    await call.signal(MESSAGES.agentFailed, { attempt: 1, jobId: 'AJ_1', error: 'out of memory' });
    await call.asked('dispatchAgent 2');
    const answer = await ready(call, { attempt: 2, jobId: 'AJ_2' });
    expect(answer).toMatchObject({ start: { resumed: true, state: { page: 2 } } });
    await call.signal(MESSAGES.ownCheckpoint, { attempt: 1, jobId: 'AJ_1', state: 'late' });
    await done(call, 2);
    const view = await call.result();
    expect(view.attempts).toMatchObject([{ outcome: 'lost', error: 'out of memory' }, { outcome: 'ready' }]);
  });

  it('that says nothing is suspected; out of the room it is lost at once', async () => {
    const call = await ownCall({ heartbeatMs: 200, recoveries: 0 });
    await call.asked('dispatchAgent 1');
    await ready(call);
    const { ended, attempts } = await call.result();
    expect(ended?.reason).toBe('agent-lost');
    expect(attempts[0]!.error).toBe('it is silent and not in the room');
  });

  it('that says nothing but is in the room gets as long again', async () => {
    const call = await ownCall({ heartbeatMs: 300, recoveries: 0 });
    await call.asked('dispatchAgent 1');
    call.livekit.join('agent-AJ_1');
    await ready(call, { identity: 'agent-AJ_1' });
    const { attempts } = await call.result();
    expect(attempts[0]!.error).toBe('no alive came from it for 600 ms');
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  it('is told to leave when the call ends while it waits', async () => {
    const call = await ownCall({}, false);
    await call.asked('dispatchAgent 1');
    const started = ready(call);
    await call.at('caller');
    await call.hangup();
    expect(await started).toEqual({ leave: expect.stringContaining('operator-canceled') });
    expect((await call.result()).ended?.reason).toBe('operator-canceled');
  });
});
