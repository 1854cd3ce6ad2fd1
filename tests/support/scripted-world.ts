import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, inject, vi } from 'vitest';
import { remoteActivities } from '../../activities/remote.js';
import { callWorkflowId } from '../../contract/index.js';
import { createCallWorker } from '../../workers/call-worker.js';
import { ScriptedCall } from './scripted-call.js';
import type { Scene } from './scripted-call.js';
import { gate } from './scripted-gate.js';
import { ScriptedHost } from './scripted-host.js';
import { scriptedLiveKit, scriptedOutside } from './scripted-livekit.js';
import { scriptedPhone } from './scripted-phone.js';

const HISTORIES = fileURLToPath(new URL('../replay/histories/', import.meta.url));

/** Where the backends of remote flows are: real ones. */
const LOOPBACK = { allowHosts: ['127.0.0.1'] };

interface WorldOptions {
  /** 0: every workflow task replays the call from its beginning. */
  maxCachedWorkflows?: number;
}

interface RunningWorker {
  stop(): Promise<void>;
}

function running(worker: Worker): RunningWorker {
  const run = worker.run();
  return {
    stop: async () => {
      worker.shutdown();
      await run;
    },
  };
}

/** The call worker with its real workflows, a scripted LiveKit and scripted agents, for all tests of a file. */
export function useWorld(options: WorldOptions = {}): World {
  const world = new World(options);
  beforeAll(() => world.open());
  afterAll(() => world.close());
  return world;
}

export class World {
  readonly taskQueue = `calls-${randomBytes(4).toString('hex')}`;
  private readonly calls = new Map<string, ScriptedCall>();
  private readonly hosts: ScriptedHost[] = [];
  private readonly fixtures = new Map<string, Pick<ScriptedCall, 'handle'>>();
  private readonly released = gate();
  private worker: RunningWorker | undefined;
  private native!: NativeConnection;
  private connection!: Connection;
  client!: Client;

  constructor(private readonly options: WorldOptions) {}

  async open(): Promise<void> {
    Runtime.install({
      logger: new DefaultLogger(process.env.WORKER_LOG === 'debug' ? 'DEBUG' : 'ERROR'),
      telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'ERROR' }) } },
    });
    const address = inject('temporalAddress');
    this.native = await NativeConnection.connect({ address });
    this.connection = await Connection.connect({ address });
    this.client = new Client({ connection: this.connection, identity: 'test' });
    await this.startWorker();
    await this.newHost();
  }

  /** Replays every call of the file once more: each test is a test of determinism, too. */
  async close(): Promise<void> {
    this.released.open();
    await this.stopWorker();
    await Promise.all(this.hosts.map((host) => host.stop()));
    await this.record();
    const histories = await this.replay();
    await this.connection.close();
    await this.native.close();
    if (histories !== this.calls.size) throw new Error(`${histories} of ${this.calls.size} histories were replayed`);
  }

  async call(scene: Scene = {}): Promise<ScriptedCall> {
    return this.prepare(scene).start();
  }

  /** A call that the test starts itself. */
  prepare(scene: Scene = {}): ScriptedCall {
    const id = randomBytes(6).toString('hex');
    const { client, taskQueue, released } = this;
    const call = new ScriptedCall(id, scene, { client, taskQueue, host: this.hosts[0]!, released: released.passed });
    this.calls.set(call.room, call);
    return call;
  }

  async newHost(): Promise<ScriptedHost> {
    const host = new ScriptedHost(`host-${randomBytes(3).toString('hex')}`);
    this.hosts.push(host);
    return host.start(this.native);
  }

  /** A host that polls no more polls again. */
  async restart(host: ScriptedHost): Promise<void> {
    await host.start(this.native);
  }

  /** This workflow's history becomes a fixture of tests/replay when `RECORD_HISTORIES` is set. */
  fixture(name: string, workflow: Pick<ScriptedCall, 'handle'>): void {
    this.fixtures.set(name, workflow);
  }

  async startWorker(): Promise<void> {
    if (this.worker) return;
    const { native: connection, taskQueue, activities } = this;
    const workflowBundle = { codePath: inject('workflowBundle') };
    this.worker = running(
      await Worker.create({
        ...{ connection, taskQueue, workflowBundle, identity: 'call-worker' },
        activities: { ...activities, ...remoteActivities({ client: this.client, http: LOOPBACK }) },
        ...this.options,
      }),
    );
  }

  /** The product's own worker as a build of a worker deployment, which becomes the current one. */
  async startVersion(buildId: string): Promise<RunningWorker> {
    const { native: connection, taskQueue, activities } = this;
    const { namespace } = this.client.options;
    const worker = running(
      await createCallWorker({
        ...{ connection, taskQueue, workflowBundle: { codePath: inject('workflowBundle') } },
        activities: {
          ...activities,
          reconcile: () => Promise.reject(new Error('no janitor in this world')),
          compareCalls: () => Promise.reject(new Error('no limits in this world')),
        },
        env: {
          temporal: { address: '', uiUrl: '', namespace },
          worker: { deploymentName: taskQueue, buildId, drainMs: 0 },
        },
      }),
    );
    const request = { namespace, deploymentName: taskQueue, buildId };
    const setCurrent = () => this.client.workflowService.setWorkerDeploymentCurrentVersion(request);
    await vi.waitFor(setCurrent, { timeout: 30_000, interval: 100 }); // until the server has heard of this build
    return worker;
  }

  private readonly activities = {
    ...scriptedLiveKit((room) => this.roomOf(room)),
    ...scriptedOutside(this.released.passed),
    ...scriptedPhone((room) => this.roomOf(room)),
  };

  async stopWorker(): Promise<void> {
    await this.worker?.stop();
    this.worker = undefined;
  }

  private roomOf(room: string) {
    const call = this.calls.get(room);
    if (!call) throw new Error(`no call has room ${room}`);
    return call.livekit;
  }

  private async replay(): Promise<number> {
    const { client } = this;
    const histories = async function* (calls: Iterable<ScriptedCall>) {
      for (const { id } of calls) {
        const workflowId = callWorkflowId(id);
        yield { workflowId, history: await client.workflow.getHandle(workflowId).fetchHistory() };
      }
    };
    const options = { workflowBundle: { codePath: inject('workflowBundle') } };
    let replayed = 0;
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories(this.calls.values()))) {
      if (error) throw new Error(`${workflowId} does not replay`, { cause: error });
      replayed += 1;
    }
    return replayed;
  }

  private async record(): Promise<void> {
    if (!process.env.RECORD_HISTORIES || this.options.maxCachedWorkflows === 0) return;
    await mkdir(HISTORIES, { recursive: true });
    for (const [name, { handle }] of this.fixtures) {
      const history = JSON.parse(historyToJSON(await handle.fetchHistory())) as object;
      // A replay does not look at where something was thrown, and the paths of this machine are nobody's business.
      const json = JSON.stringify(history, (key, value: unknown) => (key === 'stackTrace' ? '' : value));
      await writeFile(`${HISTORIES}${name}.json`, `${json}\n`);
    }
  }
}
