const INTERVAL_MS = 500;

/**
 * Calls `onGone` once the parent process is gone, which shows in that another process has adopted this one. A program
 * that is killed can't stop its sandbox, and nobody else would.
 */
export function watchParent(onGone: () => void): void {
  const original = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === original) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  timer.unref();
}
