import { setTimeout as sleep } from 'node:timers/promises';
import type { Row, Run } from '../row.js';
import { lastBeganAt, type TestCall } from '../world/call.js';
import type { ListedJob } from '../world/hosts.js';
import { until } from '../world/until.js';

/** From the kill until the flow runs again. Milliseconds. */
const GOAL = { percent: 50, ms: 1_000 };
const AGAIN = 'the next agent goes on';

export const agentLost: Row = {
  number: 2,
  title: 'Agents die',
  cases: [
    {
      fault: 'job killed before it connects',
      goal: AGAIN,
      timeGoal: 'p50 <= 1 s',
      run: (run) => killed(run, beforeConnect),
    },
    {
      fault: 'job killed after it connected',
      goal: AGAIN,
      timeGoal: 'p50 <= 1 s',
      run: (run) => killed(run, afterConnect),
    },
    {
      fault: 'job killed after it was ready',
      goal: AGAIN,
      timeGoal: 'p50 <= 1 s',
      run: (run) => killed(run, afterReady),
    },
    {
      fault: 'job killed in the middle of a say',
      goal: AGAIN,
      timeGoal: 'p50 <= 1 s',
      run: (run) => killed(run, midSay),
    },
    { fault: 'job killed in an ask', goal: AGAIN, timeGoal: 'p50 <= 1 s', run: killedInAsk },
    { fault: 'each agent killed, again and again', goal: 'ends agent-lost', run: allKilled },
    { fault: 'all warm processes killed, then calls', goal: 'others are loaded, all served', run: warmKilled },
  ],
};

/** More speech than this, and the silence after it: the question has been asked. Milliseconds. */
const ASKED_MS = 1_200;
const PAUSE_MS = 700;

type Kill = (run: Run, call: TestCall) => Promise<number>;

const kill = (job: ListedJob): number => {
  process.kill(job.pid!, 'SIGKILL');
  return Date.now();
};

async function beforeConnect({ world }: Run, call: TestCall): Promise<number> {
  return kill(await world.jobOf(call, ({ pid, stage }) => pid !== undefined && stage !== 'ready'));
}

/** The dispatch comes so late that the caller is there to see the agent come, and not too late for the call. */
async function afterConnect({ world }: Run, call: TestCall): Promise<number> {
  const { livekitApi } = world.servers;
  livekitApi.rule = ({ method, room, nth }) =>
    method === 'CreateDispatch' && room === call.room && nth === 1 ? { kind: 'late', ms: 800 } : undefined;
  const job = await world.jobOf(call, ({ pid }) => pid !== undefined);
  while (!call.caller?.seen.includes('agent-1')) await sleep(2);
  return kill(job);
}

async function afterReady({ world }: Run, call: TestCall): Promise<number> {
  return kill(await world.jobOf(call, ({ stage }) => stage === 'ready'));
}

async function midSay({ world }: Run, call: TestCall): Promise<number> {
  await call.untilHeard(1_000);
  return kill(await world.jobOf(call));
}

/** A caller in a call whose agent is killed at some moment hears the flow from the next one. */
async function killed(run: Run, when: Kill): Promise<void> {
  const { world, found, say, count, policy } = run;
  const whole = await world.wholeMs('talk');
  const running: number[] = [];
  const heard: number[] = [];
  for (let n = 0; n < count(8, 2); n++) {
    const call = world.call({ flowId: 'talk', policy });
    const present = call.start().then(() => call.join());
    const killedAt = await when(run, call);
    await present;
    const { view } = await found.end(call, ['completed'], killedAt);
    const flowAt = view && lastBeganAt(view, 'flow');
    if (flowAt && flowAt > killedAt) running.push(flowAt - killedAt);
    const again = call.caller!.segments.find(({ identity }) => identity === 'agent-2');
    if (again) heard.push(again.startAt - killedAt);
    const last = `agent-${view?.attempts.at(-1)?.attempt}`;
    const spoken = (call.heardFrom[last] ?? 0) / whole;
    found.must(last === 'agent-2', `${call.callId}: the last agent is ${last}`);
    found.must(spoken > 0.85, `${call.callId}: ${last} said ${Math.round(spoken * 100)} % of the flow`);
    await call.leave();
    say(`flow running again after ${running.at(-1)} ms, heard again after ${heard.at(-1)} ms`);
  }
  found.spread('flow running again after', running, GOAL);
  found.spread('heard again after', heard);
}

/** The caller has heard the question and has not answered: the next agent asks it again, and gets the answer. */
async function killedInAsk({ world, found, say, count, policy }: Run): Promise<void> {
  const running: number[] = [];
  const hasAsked = (call: TestCall, identity: string) => () => {
    const last = call.caller!.segments.at(-1);
    return (
      last?.identity === identity && (call.heardFrom[identity] ?? 0) > ASKED_MS && last.endAt < Date.now() - PAUSE_MS
    );
  };
  for (let n = 0; n < count(4, 1); n++) {
    const call = await (await world.call({ flowId: 'question', policy }).start()).join();
    await until('the question to be asked', hasAsked(call, 'agent-1'));
    const killedAt = kill(await world.jobOf(call));
    await until('the question to be asked again', hasAsked(call, 'agent-2'));
    await call.caller!.sendDtmf('1');
    const { view } = await found.end(call, ['completed'], killedAt);
    found.must(view?.ended?.outcome === 'answered', `${call.callId}: the answer was lost`);
    running.push((view ? lastBeganAt(view, 'flow')! : Infinity) - killedAt);
    await call.leave();
    say(`flow running again after ${running.at(-1)} ms`);
  }
  found.spread('flow running again after', running, GOAL);
}

async function allKilled({ world, found, policy }: Run): Promise<void> {
  const call = await (await world.call({ flowId: 'talk', policy: { ...policy, recoveries: 1 } }).start()).join();
  for (const attempt of [1, 2]) {
    const job = await world.jobOf(call, (each) => each.attempt === attempt && each.stage === 'ready');
    const identity = `agent-${attempt}`;
    while (!(call.heardFrom[identity]! > 300)) await sleep(20);
    kill(job);
  }
  const { view } = await found.end(call, ['agent-lost'], Date.now());
  found.must(view?.attempts.length === 2, `${view?.attempts.length} agents instead of 2`);
}

/** Nobody had a call on them; the next calls must not be sent into them. */
async function warmKilled({ world, found, count, policy }: Run): Promise<void> {
  const [host] = world.hosts;
  const warm = host!.processes().filter(({ ppid, command }) => ppid === host!.pid && command.includes('/process.js'));
  for (const { pid } of warm) process.kill(pid, 'SIGKILL');
  const started = await Promise.all(
    Array.from({ length: count(3, 1) }, () => world.call({ flowId: 'hello', policy }).start()),
  );
  const calls = await Promise.all(started.map((call) => call.join()));
  for (const call of calls) await found.end(call);
  found.note(`${warm.length} processes killed`);
}
