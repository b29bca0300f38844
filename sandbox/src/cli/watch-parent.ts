const INTERVAL_MS = 500;

/**
 * Calls `onGone` once the parent process is gone: it was adopted by another process, or `parentPid`, when given, no
 * longer exists. A program that is killed can't stop its sandbox, and nobody else would.
 */
export function watchParent(parentPid: number | null, onGone: () => void): void {
  const original = process.ppid;
  const timer = setInterval(() => {
    const isGone = process.ppid !== original || (parentPid !== null && !exists(parentPid));
    if (!isGone) return;
    clearInterval(timer);
    onGone();
  }, INTERVAL_MS);
  timer.unref();
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
