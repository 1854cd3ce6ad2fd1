import { byId, setText } from './dom.js';
import { every } from './every.js';

const LOOK_MS = 10_000;

/** Whether calls can be started, in the corner of the page. */
export function watchHealth(): void {
  every(LOOK_MS, async () => {
    const response = await fetch('/readyz').catch(() => undefined);
    const text = response?.ok ? 'ready' : response ? 'Temporal does not answer' : 'the gateway does not answer';
    const health = byId('health');
    health.className = `health ${response?.ok ? 'good' : 'bad'}`;
    setText(health, text);
  });
}
