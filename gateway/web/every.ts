/** Runs `look` now and so long after each time it was done, while somebody can see the page. Milliseconds. */
export function every(ms: number, look: () => Promise<void>, signal?: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking = false;
  const run = async () => {
    clearTimeout(timer);
    if (signal?.aborted || looking || document.hidden) return;
    looking = true;
    await look().catch(() => undefined);
    looking = false;
    if (!signal?.aborted) timer = setTimeout(() => void run(), ms);
  };
  const options = signal && { signal };
  document.addEventListener('visibilitychange', () => void run(), options);
  signal?.addEventListener('abort', () => clearTimeout(timer));
  void run();
}
