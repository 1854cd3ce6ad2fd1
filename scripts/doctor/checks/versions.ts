import { type Check, type Patient, Unwell } from '../check.js';
import { hostHealth } from './agents.js';
import { inTime } from './temporal.js';

/** What the tests run against. Older ones lack what calls use; newer ones should do. */
export const TESTED = { node: '20.19.0', temporal: '1.29.1', livekit: '1.13.5' };

export const versions: Check = {
  id: 'versions',
  needs: ['temporal'],
  async look(patient) {
    const seen = {
      node: process.versions.node,
      temporal: await temporalVersion(patient),
      livekit: await liveKit(patient),
    };
    const parts = ['node', 'temporal', 'livekit'] as const;
    const old = parts.filter((part) => seen[part] !== undefined && compare(seen[part], TESTED[part]) < 0);
    if (old.length > 0)
      throw new Unwell(
        old.map((part) => `${part} ${seen[part]} is older than ${TESTED[part]}, which is tested`).join(', '),
        'Upgrade it: what calls need may be missing there.',
      );
    return parts
      .map((part) => {
        const version = seen[part];
        if (version === undefined) return `${part} unknown`;
        const newer = part !== 'node' && compare(version, TESTED[part]) > 0;
        return `${part} ${version}${newer ? ` (newer than ${TESTED[part]}, which is tested)` : ''}`;
      })
      .join(', ');
  },
};

const temporalVersion = async (patient: Patient): Promise<string | undefined> =>
  (await inTime(patient, () => patient.client.workflowService.getSystemInfo({}))).serverVersion || undefined;

/** LiveKit tells it to agents when they register. */
async function liveKit({ agentUrls }: Patient): Promise<string | undefined> {
  const hosts = await Promise.all(agentUrls.map((url) => hostHealth(url).catch(() => undefined)));
  return hosts.find((host) => host?.livekit?.version)?.livekit?.version;
}

/** Negative when `a` is older. What is not numbers in it (a pre-release) does not count. */
export function compare(a: string, b: string): number {
  const parts = (version: string) => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
