import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { type Files, hasCode } from "./files.ts";

const UNFINISHED = ".unfinished";

/**
 * Puts a file in place so that after a crash at any point a reader finds either what was there before or all of
 * the new bytes: write beside it, sync, rename, sync the folder. Replaces an existing file.
 */
export async function writeDurably(files: Files, path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = await writeUnfinished(files, path, bytes);
  await files.rename(unfinished, path).catch((error: unknown) => giveUp(files, unfinished, error));
  await files.sync(dirname(path));
}

/**
 * Like `writeDurably` for files that must never be overwritten, such as keys.
 *
 * @returns `"exists"`, with nothing changed, when the name is taken.
 */
export async function createDurably(
  files: Files,
  path: string,
  bytes: Uint8Array,
): Promise<"created" | "exists"> {
  const unfinished = await writeUnfinished(files, path, bytes);
  try {
    // A link and not a rename: a rename would replace a file that appeared meanwhile.
    await files.link(unfinished, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) return giveUp(files, unfinished, error);
    await files.remove(unfinished);
    return "exists";
  }
  await files.remove(unfinished);
  await files.sync(dirname(path));
  return "created";
}

/** Removes a file so that it stays removed after a crash. Nothing happens when there is none. */
export async function removeDurably(files: Files, path: string): Promise<void> {
  await files.remove(path);
  await files.sync(dirname(path));
}

/** Makes a folder whose entry in its parent survives a crash. */
export async function makeFolderDurably(files: Files, path: string): Promise<void> {
  await files.makeFolder(path);
  await files.sync(dirname(path));
}

/** Clears away what interrupted writes left behind in a folder; finished files are never touched. */
export async function removeUnfinished(files: Files, folder: string): Promise<void> {
  for (const name of await files.list(folder)) {
    if (isUnfinished(name)) await files.remove(join(folder, name));
  }
}

/** Whether a name in a folder belongs to a write that didn't finish. */
export function isUnfinished(name: string): boolean {
  return name.endsWith(UNFINISHED);
}

async function writeUnfinished(files: Files, path: string, bytes: Uint8Array): Promise<string> {
  const unfinished = `${path}.${randomBytes(6).toString("hex")}${UNFINISHED}`;
  try {
    await files.writeNew(unfinished, bytes);
    await files.sync(unfinished);
  } catch (error) {
    return giveUp(files, unfinished, error);
  }
  return unfinished;
}

async function giveUp(files: Files, unfinished: string, error: unknown): Promise<never> {
  // A full disk must not fill up further with every retry.
  await files.remove(unfinished).catch(() => undefined);
  throw error;
}
