import type { EndedReason } from '../../client/index.js';
import table from '../../docs/ended-reasons.md?raw';

/** The documentation's table is what the page says, too: reason → what happened, what to do. */
const ACTIONS = new Map(
  table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => [cells[1]?.replaceAll('`', '') ?? '', cells[6] ?? '']),
);

/** What to do about a call that ended this way; undefined where there is nothing to do. */
export function whatToDo(reason: EndedReason): string | undefined {
  const text = ACTIONS.get(reason)?.replace(/^.*?\. /, ''); // the first sentence says what happened
  return text === undefined || text.startsWith('Nothing to do') ? undefined : text;
}
