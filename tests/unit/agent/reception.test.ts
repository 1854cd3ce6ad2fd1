import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { CallLink } from '../../../agent/host/call-link.js';
import { JobTraces } from '../../../agent/host/job-traces.js';
import { Jobs } from '../../../agent/host/jobs.js';
import { HostMetrics } from '../../../agent/host/metrics.js';
import { Reception } from '../../../agent/host/reception.js';
import * as relay from '../../../agent/relay/protocol.js';
import type { Logger } from '../../../platform/logger.js';
import { relayPair } from './relay-pair.js';

const errors: unknown[] = [];
const error = (message: string, fields: unknown) => errors.push([message, fields]);
const logger = { info: () => undefined, error, log: () => undefined } as unknown as Logger;
const ASSIGNED = { callId: 'c1', attempt: 1, jobId: 'AJ_1' };
const READY = { identity: 'agent-1', timings: { connected: 1, ready: 2 } };
const LEFT = { kind: 'left', identity: 'caller', sid: 'PA_1', at: 1 } as const;
const connections: MessageConnection[] = [];
afterEach(() => {
  vi.useRealTimers();
  connections.splice(0).forEach((connection) => connection.dispose());
  errors.splice(0);
});

/** A job of a call, and what it was told; the call is open or over, as `open` says of each piece of news. */
async function jobOf(open: () => boolean | Promise<boolean>, draining = () => false) {
  const { host, job, end } = relayPair();
  connections.push(host, job);
  const told: string[] = [];
  const tell = (name: string) => async () => {
    told.push(name);
    return open();
  };
  const calls = { wants: async () => true, ready: tell('ready'), room: tell('room'), failed: tell('failed') };
  const jobs = new Jobs(1);
  jobs.reserve({ ...ASSIGNED, room: 'call-c1' });
  const metrics = new HostMetrics(
    jobs,
    () => 0,
    () => false,
  );
  const traces = new JobTraces(undefined, 'h');
  const rooms = { getParticipant: async () => Promise.reject(new Error('nobody')) };
  const deps = { hostId: 'h', jobs, calls: calls as unknown as CallLink, logger, metrics, traces, rooms, draining };
  const reception = new Reception(deps);
  reception.welcome(host);

  const dismissals: string[] = [];
  const dismissed = new Promise<string>((resolve) => {
    job.onNotification(relay.dismiss, ({ reason }) => {
      dismissals.push(reason);
      resolve(reason);
    });
  });
  job.onRequest(relay.ping, () => undefined);
  job.listen();
  await job.sendNotification(relay.hello, { pid: 1 });
  expect(await job.sendRequest(relay.assigned, ASSIGNED)).toBe(true);
  return { host, job, end, jobs, reception, told, dismissals, dismissed };
}

it('a job counts as heard once its first audio is played', async () => {
  const { job, jobs } = await jobOf(() => true);
  await job.sendNotification(relay.ready, READY);
  await expect.poll(() => jobs.get('AJ_1')).toMatchObject({ stage: 'ready' });
  expect(jobs.get('AJ_1')?.heard).toBeUndefined();
  await job.sendNotification(relay.audible, { nodeRunId: 'hello-1' });
  await expect.poll(() => jobs.get('AJ_1')?.heard).toBe(true);
});

describe('whether it is wanted', () => {
  const assigned = async (acceptedAgo: number, atAcceptance: boolean) => {
    const { job, jobs } = await jobOf(() => true);
    const hosted = jobs.get('AJ_1')!;
    Object.assign(hosted, { acceptedAt: Date.now() - acceptedAgo, wanted: Promise.resolve(atAcceptance) });
    return job.sendRequest(relay.assigned, ASSIGNED);
  };

  it('was asked when the job was accepted', async () => {
    expect(await assigned(0, false)).toBe(false);
  });

  it('is asked again when it had to wait for a process', async () => {
    expect(await assigned(60_000, false)).toBe(true);
  });
});

describe('a job whose call', () => {
  it('is over when it is ready leaves the room', async () => {
    const { job, dismissed } = await jobOf(() => false);
    await job.sendNotification(relay.ready, READY);
    expect(await dismissed).toBe('the call is over');
  });

  it('is found to be over by news from its room leaves, too', async () => {
    let open = true;
    const { job, dismissed } = await jobOf(() => open);
    await job.sendNotification(relay.ready, READY);
    open = false;
    await job.sendNotification(relay.room, LEFT);
    expect(await dismissed).toBe('the call is over');
  });

  it('is open stays', async () => {
    const { job, told, dismissals } = await jobOf(() => true);
    await job.sendNotification(relay.ready, READY);
    await job.sendNotification(relay.room, LEFT);
    await expect.poll(() => told).toEqual(['ready', 'room']);
    await job.sendRequest(relay.mayLoad); // answered after whatever was sent before
    expect(dismissals).toEqual([]);
  });

  it('turns out to be over when its process has ended harms nothing', async () => {
    let over!: (open: false) => void;
    const { host, job, told } = await jobOf(() => new Promise((resolve) => (over = resolve)));
    await job.sendNotification(relay.room, LEFT);
    await expect.poll(() => told).toEqual(['room']);
    host.dispose();
    over(false);
    await new Promise(setImmediate);
    expect(errors).toEqual([]);
  });

  it('cannot be told its news is logged, and its host goes on', async () => {
    const { job, jobs } = await jobOf(() => Promise.reject(new Error('no')));
    await job.sendNotification(relay.room, LEFT);
    await expect.poll(() => errors).toEqual([[expect.any(String), expect.objectContaining(ASSIGNED)]]);
    expect(jobs.get('AJ_1')).toBeDefined();
  });
});

describe('a job that left', () => {
  const left = async (message: { reason: string; byFramework: boolean }, draining: boolean, open = true) => {
    const { job, jobs, told, dismissed } = await jobOf(
      () => open,
      () => draining,
    );
    await job.sendNotification(relay.ready, READY);
    await expect.poll(() => told).toEqual(['ready']);
    if (!open) await dismissed;
    await job.sendNotification(relay.left, message);
    await expect.poll(() => jobs.get('AJ_1')).toBeUndefined();
    await job.sendRequest(relay.mayLoad); // answered after whatever was sent before
    return told.slice(1);
  };
  const ended = { reason: 'disconnected from the room: CLIENT_INITIATED', byFramework: true };

  it('because its host stops is told to its call, which needs another', async () => {
    expect(await left(ended, true)).toEqual(['failed']);
  });

  it('as it should is not', async () => {
    expect(await left(ended, false)).toEqual([]);
    expect(await left(ended, true, false)).toEqual([]);
    expect(await left({ reason: 'disconnected from the room: ROOM_DELETED', byFramework: false }, true)).toEqual([]);
  });
});

describe('a host whose job processes cannot load', () => {
  it('takes no call after two in vain until one has loaded, and gives those that wait to others', async () => {
    const { jobs, reception, told } = await jobOf(() => true); // the only process that is loaded has a job
    const another = () => {
      const { host, job, end } = relayPair();
      connections.push(host, job);
      reception.welcome(host);
      job.listen();
      return { job, end };
    };
    jobs.release('AJ_1');
    jobs.reserve({ callId: 'c2', attempt: 1, jobId: 'AJ_2', room: 'call-c2' });

    const first = another();
    await first.job.sendNotification(relay.cannotLoad, { error: 'its key is not known' });
    await expect.poll(() => errors).toHaveLength(1);
    first.end(); // counts once
    await new Promise(setImmediate);
    expect(reception.canServe()).toBe(true);
    expect(jobs.get('AJ_2')).toBeDefined();

    another().end(); // killed while it loads
    await expect.poll(() => told).toEqual(['failed']);
    expect(jobs.get('AJ_2')).toBeUndefined();
    expect(reception.canServe()).toBe(false);

    const { job } = another();
    await job.sendNotification(relay.hello, { pid: 2 });
    await expect.poll(() => reception.canServe()).toBe(true);
  });

  it('is not taken for one whose processes all have jobs: it loads the next', async () => {
    const { reception } = await jobOf(() => true);
    expect([reception.warm, reception.everLoaded, reception.canServe()]).toEqual([0, true, true]);
  });

  it('are none at all, since not even one begins: takes no call either', async () => {
    const { end, jobs, reception } = await jobOf(() => true);
    end();
    await expect.poll(() => jobs.all).toEqual([]);
    expect(reception.canServe()).toBe(true);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 });
    expect(reception.canServe()).toBe(false);
    const { host } = relayPair();
    connections.push(host);
    reception.welcome(host);
    expect(reception.canServe()).toBe(true);
  });
});
