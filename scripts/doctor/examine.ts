import type { Check, Patient } from './check.js';
import { NotUsed, Unwell } from './check.js';

export interface Finding {
  id: string;
  status: 'ok' | 'failed' | 'skipped';
  /** What was seen. */
  seen: string;
  /** Of what failed. */
  todo?: string;
}

/** Runs the checks in order. What needs a check that failed is skipped: it would only say the same again. */
export async function examine(checks: readonly Check[], patient: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  const failed = (id: string) => findings.some((each) => each.id === id && each.status !== 'ok');
  for (const check of checks) {
    const missing = check.needs?.find(failed);
    findings.push(
      missing === undefined
        ? await lookAt(check, patient)
        : { id: check.id, status: 'skipped', seen: `cannot be told while ${missing} is not well` },
    );
  }
  return findings;
}

async function lookAt({ id, look }: Check, patient: Patient): Promise<Finding> {
  try {
    return { id, status: 'ok', seen: await look(patient) };
  } catch (error) {
    if (error instanceof NotUsed) return { id, status: 'skipped', seen: error.message };
    if (error instanceof Unwell) return { id, status: 'failed', seen: error.seen, todo: error.todo };
    const todo = 'This was not expected: report it with this line.';
    return { id, status: 'failed', seen: error instanceof Error ? error.message : String(error), todo };
  }
}
