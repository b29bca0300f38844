import type { Files } from "../files.ts";

/** A disk that refuses to take more, or anything, for a while. */
export type DiskFault = "ENOSPC" | "EROFS" | "EIO";
export const DISK_FAULTS: readonly DiskFault[] = ["ENOSPC", "EROFS", "EIO"];

/** Changes from number `failAt` (from 0) on fail, half done where that is possible, until the disk is `mended`. */
export function failingFiles(
  files: Files,
  fault: DiskFault,
  failAt: number,
): Files & { changes(): number; mend(): void } {
  let changes = 0;
  let mended = false;
  const change = async (attempt: () => Promise<void>, half?: () => Promise<void>) => {
    const fails = changes >= failAt && !mended;
    changes += 1;
    if (!fails) return attempt();
    if (fault !== "EROFS") await half?.();
    throw Object.assign(new Error(`${fault}: the disk takes nothing`), { code: fault });
  };
  const start = (bytes: Uint8Array) => bytes.slice(0, bytes.length >> 1);
  return {
    changes: () => changes,
    mend: () => {
      mended = true;
    },
    read: files.read,
    list: files.list,
    makeFolder: (path) => change(() => files.makeFolder(path)),
    writeNew: (path, bytes) =>
      change(
        () => files.writeNew(path, bytes),
        () => files.writeNew(path, start(bytes)),
      ),
    append: (path, bytes) =>
      change(
        () => files.append(path, bytes),
        () => files.append(path, start(bytes)),
      ),
    sync: (path) => change(() => files.sync(path)),
    rename: (from, to) => change(() => files.rename(from, to)),
    link: (from, to) => change(() => files.link(from, to)),
    // What is full can still be emptied.
    remove: (path) => (fault === "ENOSPC" ? files.remove(path) : change(() => files.remove(path))),
  };
}
