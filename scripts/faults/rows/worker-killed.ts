import type { Stage } from '../../../contract/index.js';
import type { Case, Row, Run } from '../row.js';
import type { TestCall } from '../world/call.js';
import type { Rule } from '../world/livekit-proxy.js';

/** How long a request to LiveKit is held so that its stage can be met. Milliseconds. */
const HELD_MS = 1_500;

type Meet = (run: Run, call: TestCall) => Promise<void>;

const stage = (name: Stage, meet: Meet): Case => ({
  fault: `call worker killed in stage ${name}`,
  goal: 'the call goes on',
  run: (run) => killed(run, name, meet),
});

export const workerKilled: Row = {
  number: 3,
  title: 'The call worker dies',
  cases: [
    stage('room', (run, call) => held(run, call, 'CreateRoom', 'room')),
    // While LiveKit has the dispatch of the room and nobody was asked to take it.
    stage('dispatch', (run, call) => held(run, call, 'CreateDispatch', 'dispatch', 'late')),
    stage('agent-ready', async ({ world }, call) => {
      await world.jobOf(call, ({ stage }) => stage === 'loading' || stage === 'connecting');
    }),
    stage('caller', (_run, call) => call.untilStage('caller')),
    stage('flow', (_run, call) => call.untilHeard(1_000)),
    stage('cleanup', (run, call) => held(run, call, 'DeleteRoom', 'cleanup')),
  ],
};

/** A request held by the proxy holds the call in its stage. */
async function held(
  { world }: Run,
  call: TestCall,
  method: string,
  name: Stage,
  kind: 'delay' | 'late' = 'delay',
): Promise<void> {
  const hold: Rule = (request) =>
    request.method === method && request.room === call.room && request.nth === 1 ? { kind, ms: HELD_MS } : undefined;
  world.servers.livekitApi.rule = hold;
  await call.untilStage(name, 60_000);
}

async function killed(run: Run, name: Stage, meet: Meet): Promise<void> {
  const { world, found, count, patient } = run;
  const whole = await world.wholeMs('talk');
  for (let n = 0; n < count(3, 1); n++) {
    const call = world.call({ flowId: 'talk', policy: patient });
    const started = call.start();
    const present = name === 'caller' ? started : started.then(() => call.join());
    present.catch(() => undefined); // awaited below, when the worker is back
    await meet(run, call);
    await world.worker.kill();
    await world.servers.restartWorker(world.worker);
    await present;
    if (!call.caller) await call.join();
    const { view } = await found.end(call);
    found.must(view?.attempts.length === 1, `${call.callId}: ${view?.attempts.length} dispatches instead of 1`);
    found.oneAgent(call);
    const said = call.caller!.audibleMs / whole;
    found.must(
      said > 0.85 && said < 1.15,
      `${call.callId}: ${Math.round(said * 100)} % of the flow was heard: ${call.heardWhen}`,
    );
    await call.leave();
  }
}
