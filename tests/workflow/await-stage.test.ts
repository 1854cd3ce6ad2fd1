import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { MESSAGES, STAGES } from '../../contract/index.js';
import type { AwaitStage, CallView, Stage } from '../../contract/index.js';
import type { call as callWorkflow } from '../../workflows/call.js';
import { diesSaying, healthy, lost } from '../support/scripted-agent.js';
import { gate } from '../support/scripted-gate.js';
import { worksAfter } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

describe.concurrent('awaitStage', () => {
  test('answers when the call is there, not before', async () => {
    const call = await world.call({ caller: false });
    let answered = false;
    const flow = call.awaitStage('flow').finally(() => (answered = true));
    const { stage } = await call.awaitStage('agent-ready');
    expect(['agent-ready', 'caller']).toContain(stage);
    await call.at('caller');
    expect(answered).toBe(false);
    await call.callerJoins();
    expect(await flow).toMatchObject({ stage: 'flow', status: 'active', ended: null });
    await call.result();
  });

  test('answers at once when the call has been there', async () => {
    const call = await world.call({ caller: false });
    await call.at('caller');
    expect((await call.awaitStage('room')).stage).toBe('caller');
    await call.callerJoins();
    await call.result();
  });

  test('answers when the call ends before it gets there, and says why', async () => {
    const call = await world.call({ agents: [lost], policy: { acceptMs: 400, dispatchAttempts: 2 } });
    expect((await call.awaitStage('flow')).ended?.reason).toBe('agent-unavailable');
    await call.result();
  });

  test('does not make the hung up wait for the clean-up', async () => {
    const back = gate();
    const call = await world.call({ agents: [lost], livekit: { deleteRoom: [worksAfter(back.passed)] } });
    await call.asked('dispatchAgent 1');
    const flow = call.awaitStage('flow');
    await call.hangup();
    expect(await flow).toMatchObject({ status: 'active', ended: { reason: 'operator-canceled' } });
    back.open();
    await call.result();
  });

  test('waits for the very end when asked to', async () => {
    const back = gate();
    const call = await world.call({ livekit: { deleteRoom: [worksAfter(back.passed)] } });
    const ended = call.awaitStage('ended');
    await call.asked('deleteRoom');
    back.open();
    expect(await ended).toMatchObject({ stage: 'ended', status: 'ended', ended: { reason: 'completed' } });
    expect(await call.result()).toEqual(await ended);
  });

  test('answers many at once, and each stage', async () => {
    const call = await world.call({ caller: false });
    const waiting = STAGES.map((stage) => call.awaitStage(stage));
    await call.at('caller');
    await call.callerJoins();
    const views = await Promise.all(waiting);
    views.forEach(({ stage }, i) => expect(STAGES.indexOf(stage)).toBeGreaterThanOrEqual(i));
    await call.result();
  });

  test('remembers a stage that a lost agent took back', async () => {
    const agents = [diesSaying('It works.'), lost];
    const call = await world.call({ agents });
    await call.asked('dispatchAgent 2');
    await call.at('dispatch');
    expect((await call.awaitStage('flow')).stage).toBe('dispatch');
    await call.agents[1]!.accept();
    await call.agents[1]!.ready();
    await call.result();
  });

  test.each(['nirvana', '', null, 7, {}])('rejects %j as a stage', async (stage) => {
    const call = await world.call({ agents: [healthy], caller: false });
    const error = await call.awaitStage(stage as Stage).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
    expect((error as WorkflowUpdateFailedError).cause?.message).toContain('stages are admitted, room, dispatch');
    await call.callerJoins();
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test('starts the call and waits in one request; the same request again joins it', async () => {
    const call = world.prepare();
    const request = () => {
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof callWorkflow>('call', {
        ...call.startOptions(),
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
      return world.client.workflow.executeUpdateWithStart<typeof callWorkflow, CallView, [AwaitStage]>(
        MESSAGES.awaitStage,
        { args: [{ stage: 'flow' }], updateId: 'await-flow', startWorkflowOperation },
      );
    };
    const views = await Promise.all([request(), request(), request()]);
    for (const view of views) expect(STAGES.indexOf(view.stage)).toBeGreaterThanOrEqual(STAGES.indexOf('flow'));
    expect((await call.result()).ended?.reason).toBe('completed');
    expect(call.agents).toHaveLength(1);
  });
});
