import { byId, setText } from './dom.js';
import { ownCallId } from './test-call.js';

/** Whether to hang up. The person's own call at once; somebody else's only after they have said so again. */
export function hangUp(callId: string): Promise<boolean> {
  if (callId === ownCallId()) return Promise.resolve(true);
  const dialog = byId<HTMLDialogElement>('sure');
  setText(byId('sure-text'), `Call ${callId} is not yours: its caller is cut off at once.`);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
