import { agentTaskQueue } from '../../../contract/index.js';
import { type Check, counted, get, type Patient, Unwell } from '../check.js';
import { pollersOf } from './temporal.js';

export interface HostHealth {
  ok: boolean;
  problems: string[];
  hostId: string;
  warm: number;
  capacity: { max: number; active: number; free: number };
  livekit?: { version?: string };
}

const START =
  'Start an agent host (node dist/agent/main.js, part of npm start), or name others with --agent http://host:8082.';

export async function hostHealth(url: string): Promise<HostHealth> {
  const answer = await get(`${url}/readyz`, START);
  const health = (await answer.json().catch(() => undefined)) as HostHealth | undefined;
  if (!health?.hostId) throw new Unwell(`${url} answers ${answer.status}, and not as an agent host`, START);
  if (health.ok) return health;
  throw new Unwell(
    `host ${health.hostId} (${url}) takes no calls: ${health.problems.join('; ')}`,
    'Look into agent-worker.log.',
  );
}

export const agents: Check = {
  id: 'agents',
  needs: ['temporal'],
  async look(patient) {
    const hosts = await Promise.all(patient.agentUrls.map(hostHealth));
    await Promise.all(hosts.map((host) => mustBePolled(patient, host)));
    const sum = (of: (host: HostHealth) => number) => hosts.reduce((total, host) => total + of(host), 0);
    const [free, max] = [sum(({ capacity }) => capacity.free), sum(({ capacity }) => capacity.max)];
    if (free === 0)
      throw new Unwell(
        `all ${max} places of ${counted(hosts.length, 'agent host')} are taken`,
        'Start another agent host, or raise MAX_CONCURRENT_JOBS where memory allows (about 140 MB a call).',
      );
    const warm = sum((host) => host.warm);
    return `${counted(hosts.length, 'host')}, ${free} of ${max} places free, ${warm} warm process${warm === 1 ? '' : 'es'}`;
  },
};

/** What a call asks of its agent goes over the queue of the host. */
async function mustBePolled(patient: Patient, { hostId }: HostHealth): Promise<void> {
  if ((await pollersOf(patient, agentTaskQueue(hostId))).length > 0) return;
  const { address, namespace } = patient.env.temporal;
  throw new Unwell(
    `host ${hostId} does not take activities from this Temporal (${address}, ${namespace})`,
    'Its TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE must be the same as those of gateway and call worker.',
  );
}
