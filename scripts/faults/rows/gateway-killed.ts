import type { Row, Run } from '../row.js';
import { until } from '../world/until.js';

export const gatewayKilled: Row = {
  number: 4,
  title: 'The gateway dies',
  cases: [
    {
      fault: 'gateway killed after it accepted, clients retry',
      goal: 'one call for each key',
      run: killedAfterAccepting,
    },
  ],
};

const AT_ONCE = 3;

async function killedAfterAccepting({ world, found, count, patient }: Run): Promise<void> {
  const { gateway, client } = world.servers;
  let unanswered = 0;
  const ids: string[] = [];
  for (let n = 0; n < count(4, 1); n++) {
    const calls = Array.from({ length: AT_ONCE }, () => world.call({ flowId: 'hello', policy: patient }));
    // Each client repeats its request, with its key, until it has an answer.
    const answers = calls.map((call) => call.start());
    answers.forEach((answer) => answer.catch(() => undefined));
    const [first] = calls;
    await until('the first call to be in Temporal', () => first!.exists(), { everyMs: 5 });
    unanswered += calls.filter(({ started }) => !started).length;
    await gateway.kill();
    await gateway.start();
    for (const call of await Promise.all(answers)) await call.join();
    for (const call of calls) {
      await found.end(call);
      found.oneAgent(call);
      await call.leave();
      ids.push(call.callId);
    }
  }
  const { count: made } = await client.workflow.count(`WorkflowId IN (${ids.map((id) => `"call/${id}"`).join(', ')})`);
  found.must(made === ids.length, `${made} calls for ${ids.length} keys`);
  found.must(unanswered > 0, 'the gateway had answered everyone before it was killed');
  found.note(`${unanswered} of ${ids.length} requests had no answer when the gateway was killed`);
}
