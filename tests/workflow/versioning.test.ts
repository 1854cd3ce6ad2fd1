import { expect, test } from 'vitest';
import { healthy, SAID } from '../support/scripted-agent.js';
import type { AgentScript } from '../support/scripted-agent.js';
import type { ScriptedCall } from '../support/scripted-call.js';
import { historyOf } from '../support/scripted-history.js';
import { gate } from '../support/scripted-gate.js';
import { useWorld } from '../support/scripted-world.js';

const world = useWorld();

/** The builds that decided for a call. */
async function buildsOf(call: ScriptedCall): Promise<Set<string | null | undefined>> {
  const tasks = (await historyOf(call)).flatMap((event) => event.workflowTaskCompletedEventAttributes ?? []);
  return new Set(tasks.map(({ deploymentVersion }) => deploymentVersion?.buildId));
}

test('a deploy: running calls stay on the version they began with, new ones take the new one', async () => {
  await world.stopWorker();
  const old = await world.startVersion('1');
  const [begun, speak] = [gate(), gate()];
  const slow: AgentScript = {
    ...healthy,
    async say() {
      begun.open();
      await speak.passed;
      return SAID;
    },
  };
  const running = await world.call({ agents: [slow] });
  await begun.passed;

  const current = await world.startVersion('2');
  const next = await world.call();
  expect((await next.result()).ended?.reason).toBe('completed');
  speak.open();
  expect((await running.result()).ended?.reason).toBe('completed');
  expect(running.agents[0]!.spoken).toEqual(['Hello Ada!', 'It works.']);

  expect(await buildsOf(running)).toEqual(new Set(['1']));
  expect(await buildsOf(next)).toEqual(new Set(['2']));
  await old.stop();
  await current.stop();
});
