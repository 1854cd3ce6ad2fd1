import { roomName } from '../../../contract/index.js';
import type { ListedJob } from './hosts.js';
import type { Servers } from './servers.js';

/** What calls have left behind. */
export interface LeftOver {
  rooms: number;
  dispatches: number;
  /** Jobs that an agent host still holds. */
  jobs: number;
  /** Open call workflows. */
  workflows: number;
}

const PREFIX = roomName('');

export async function leftOver(
  { rooms, dispatches, client }: Servers,
  jobs: () => Promise<ListedJob[]>,
): Promise<LeftOver> {
  const [all, running, open] = await Promise.all([
    rooms.listRooms(),
    jobs(),
    client.workflow.count(`WorkflowType = 'call' AND ExecutionStatus = 'Running'`),
  ]);
  const ours = all.filter(({ name }) => name.startsWith(PREFIX));
  const left = await Promise.all(ours.map(({ name }) => dispatches.listDispatch(name).catch(() => [])));
  return { rooms: ours.length, dispatches: left.flat().length, jobs: running.length, workflows: open.count };
}

export const isNothing = (left: LeftOver): boolean => Object.values(left).every((count) => count === 0);
