import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { MESSAGES } from '../../contract/index.js';
import { historyOf, namesOfSignals, uiMetadata } from '../support/scripted-history.js';
import { NOTHING } from '../support/scripted-livekit.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();
const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const int = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.INT);

describe.concurrent('a call that goes well', () => {
  test('goes through every stage in order, once, and says when', async () => {
    const call = await world.call();
    const { timeline, ended, status, stage } = await call.result();
    expect(timeline.map((entry) => entry.stage)).toEqual([
      ...['admitted', 'room', 'dispatch', 'agent-ready', 'caller', 'flow', 'cleanup', 'ended'],
    ]);
    timeline.forEach(({ at, ms }, i) => expect(at + ms!).toBe(timeline[i + 1]?.at ?? at));
    expect({ status, stage }).toEqual({ status: 'ended', stage: 'ended' });
    expect(ended).toMatchObject({ reason: 'completed', by: 'agent', fault: 'none', stage: 'flow', outcome: 'done' });
  });

  test('says each node once and leaves nothing, agent first', async () => {
    const call = await world.call();
    const view = await call.result();
    const [agent] = call.agents;
    expect(call.agents).toHaveLength(1);
    expect(agent!.started).toHaveLength(1);
    expect(agent!.started[0]).toMatchObject({ resumed: false, greeting: { text: 'Hello Ada!' } });
    expect(agent!.spoken).toEqual(['Hello Ada!', 'It works.']);
    expect(new Set(agent!.asked).size).toBe(2);
    expect(view.said.map(({ node, who, text }) => `${who} ${node}: ${text}`)).toEqual([
      'agent greet: Hello Ada!',
      'agent works: It works.',
    ]);
    expect(view.attempts).toEqual([
      { attempt: 1, outcome: 'ready', jobId: agent!.jobId, hostId: agent!.host.id, readyMs: expect.any(Number) },
    ]);
    expect(call.livekit.log).toEqual(['createRoom', 'dispatchAgent 1', 'deleteRoom']);
    expect(view.cleanup).toEqual([{ what: 'delete room', ok: true }]);
    expect(call.livekit.remains).toEqual(NOTHING);
  });

  test('hears each signal once and answers queries with its result after the end', async () => {
    const call = await world.call();
    const result = await call.result();
    expect((await namesOfSignals(call)).sort()).toEqual(['agentAccepted', 'agentReady', 'roomEvent']);
    expect(await call.view()).toEqual(result);
  });

  test('shows its stage, attempt and outcome in search attributes', async () => {
    const call = await world.call({ caller: false });
    await call.at('caller');
    const during = (await call.handle.describe()).typedSearchAttributes;
    expect(during.get(keyword('CallStage'))).toBe('caller');
    expect(during.get(int('CallAttempt'))).toBe(1);
    expect(during.get(keyword('CallEndedReason'))).toBeUndefined();
    await call.callerJoins();
    await call.result();
    const after = (await call.handle.describe()).typedSearchAttributes;
    expect(after.get(keyword('CallStage'))).toBe('ended');
    expect(after.get(keyword('CallEndedReason'))).toBe('completed');
    expect(after.get(keyword('CallFault'))).toBe('none');
    expect(
      after.get(defineSearchAttributeKey('CallStageSince', SearchAttributeType.DATETIME))!.getTime(),
    ).toBeLessThanOrEqual(Date.now());
  });

  test('tells people in the Web UI where it is and what to look at', async () => {
    const call = await world.call({ caller: false });
    await call.at('caller');
    const details = async () => (await uiMetadata(call)).currentDetails;
    expect(await details()).toMatch(
      /^In \*\*caller\*\* since \d{4}-\S+Z\. .*caller has not joined[^]*\*\*caller\*\* at \+\d+ ms[^]*attempt 1: ready on host/,
    );
    await call.callerJoins();
    await call.result();
    expect(await details()).toMatch(/^\*\*Ended: completed\*\* by agent[^]*In \*\*ended\*\* since/);
  });

  test('waits for its caller before it speaks', async () => {
    const call = await world.call({ caller: false });
    await call.at('caller');
    expect(call.agents[0]!.started).toHaveLength(0);
    await call.callerJoins();
    expect((await call.result()).ended?.reason).toBe('completed');
  });

  test('spends few history events', async () => {
    const call = await world.call();
    await call.result();
    const events = (await historyOf(call)).length;
    console.log(`greeting flow: ${events} history events`);
    // 60 is the goal (section 9 of the design); each signal that meets an idle workflow costs three more.
    expect(events).toBeLessThanOrEqual(64);
  });

  test('offers every message of the contract by name', async () => {
    const call = await world.call({ caller: false });
    await call.at('caller');
    const { definition } = await uiMetadata(call);
    const { signalDefinitions, updateDefinitions, queryDefinitions } = definition;
    const names = [...signalDefinitions, ...updateDefinitions, ...queryDefinitions].map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.values(MESSAGES)));
    await call.hangup();
    await call.result();
  });
});
