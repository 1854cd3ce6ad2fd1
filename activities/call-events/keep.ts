import type { CallView } from '../../contract/index.js';
import type { Transcripts } from '../../platform/transcripts.js';

/** Keeps what was said, as it is read. Of a look that brought nothing new the file is not even read. */
export function keeper(transcripts: Transcripts): (call: CallView) => Promise<void> {
  let kept: string | undefined;
  return async ({ callId, org, flowId, status, said }) => {
    const now = `${status} ${said.length} ${said.at(-1)?.at}`;
    if (now === kept) return;
    await transcripts.keep({ callId, org, flowId, complete: status === 'ended', said });
    kept = now;
  };
}
