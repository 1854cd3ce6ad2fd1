import type { CallView } from '../../client/index.js';
import { api, isAbort, words } from './api.js';
import type { CallPanel } from './call-panel.js';
import { every } from './every.js';
import { notice } from './notice.js';

/** Events tell stages and words at once; the rest (attempts, node) is read when something happened, and so often. */
const LOOK_MS = 2_000;

/** Shows a call in the panel until it has ended or `signal` says that another one is shown. */
export async function watchCall(callId: string, panel: CallPanel, signal: AbortSignal): Promise<void> {
  panel.expect(callId);
  try {
    const first = await look(callId, panel, signal);
    if (first.status === 'ended') return;
    const over = new AbortController();
    const looking = AbortSignal.any([signal, over.signal]);
    const refresh = async () => panel.set(await api.view(callId, looking));
    every(LOOK_MS, refresh, looking);
    const end = await api
      .follow(
        callId,
        {
          onStage: (entry) => {
            panel.stage(entry);
            void refresh().catch(() => undefined);
          },
          onSaid: (utterance) => panel.heard(utterance),
        },
        signal,
      )
      .finally(() => over.abort());
    panel.set(end);
  } catch (error) {
    if (signal.aborted || isAbort(error)) return;
    notice(words(error));
    panel.hide();
  }
}

/** The call and, from the answer's header, where it is in Temporal. */
async function look(callId: string, panel: CallPanel, signal: AbortSignal): Promise<CallView> {
  const request = api.http.GET('/v1/calls/{callId}', { params: { path: { callId } }, signal });
  const view = await api.answer(request);
  const [, temporal] = /<([^>]*)>; rel="temporal"/.exec((await request).response.headers.get('link') ?? '') ?? [];
  if (temporal && !signal.aborted) panel.link(temporal);
  if (!signal.aborted) panel.set(view);
  return view;
}
