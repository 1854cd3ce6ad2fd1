import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface DocumentedReason {
  reason: string;
  fault: string;
  by: string[];
  /** `any`, or stages. */
  stages: string[];
  retryable: boolean;
  action: string;
}

const path = fileURLToPath(new URL('../../docs/ended-reasons.md', import.meta.url));
const split = (text: string, by: string) => text.split(by).map((part) => part.trim());

/** The table of docs/ended-reasons.md. */
export function documentedReasons(): DocumentedReason[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, reason = '', fault = '', by = '', stages = '', retryable, action = ''] = split(line, '|');
      return {
        ...{ reason: reason.replaceAll('`', ''), fault, by: split(by, ','), stages: split(stages, ',') },
        ...{ retryable: retryable === 'yes', action },
      };
    });
}
