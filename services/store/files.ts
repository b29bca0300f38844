import type { FileHandle } from "node:fs/promises";
import { link, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";

/**
 * The file operations that durable storage is made of, one system call each, so that a test can stop the world
 * between any two of them. Folders are made with mode 0700, files with 0600.
 */
export interface Files {
  makeFolder(path: string): Promise<void>;
  /** The file's bytes, or `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Names inside a folder, sorted; empty when there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  /** Creates a file that must not exist yet. Not durable before `sync`. */
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
  /** Adds to the end of a file, which is created when missing. Not durable before `sync`. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  /** Forces a file's contents, or a folder's entries, to the disk. */
  sync(path: string): Promise<void>;
  /** Replaces whatever `to` was. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file a second name; fails with EEXIST when that name is taken. */
  link(from: string, to: string): Promise<void>;
  /** Removes a file; nothing happens when there is none. */
  remove(path: string): Promise<void>;
}

/** The operating system's files. */
export const systemFiles: Files = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async read(path) {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      throw error;
    }
  },
  async list(path) {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  },
  writeNew: (path, bytes) => withFile(path, "wx", (file) => file.writeFile(bytes)),
  append: (path, bytes) => withFile(path, "a", (file) => file.writeFile(bytes)),
  sync: (path) => withFile(path, "r", (file) => file.sync()),
  rename,
  link,
  async remove(path) {
    await rm(path, { force: true });
  },
};

/** Whether an error is the system's error of this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}

async function withFile(path: string, mode: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, mode, 0o600);
  try {
    await use(file);
  } catch (error) {
    // Errors of an open file, such as a full disk, don't say which one it is.
    if (error instanceof Error && !error.message.includes(path)) error.message += ` '${path}'`;
    throw error;
  } finally {
    await file.close();
  }
}
