import { byId } from './dom.js';

const LOOK_MS = 10_000;

/** Whether calls can be started, in the corner of the page. */
export function watchHealth(): void {
  const look = async () => {
    const response = await fetch('/readyz').catch(() => undefined);
    const text = response?.ok ? 'ready' : response ? 'Temporal does not answer' : 'the gateway does not answer';
    const health = byId('health');
    health.className = `health ${response?.ok ? 'good' : 'bad'}`;
    if (health.textContent !== text) health.textContent = text;
  };
  void look();
  setInterval(() => void look(), LOOK_MS);
}
