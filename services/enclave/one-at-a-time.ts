/**
 * Runs what it is given one after the other. The handover's order holds only if every decision sees what the one
 * before it has written down.
 */
export function oneAtATime(): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const next = last.then(run);
    last = next.catch(() => undefined);
    return next;
  };
}
