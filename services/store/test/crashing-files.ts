import { basename, dirname } from "node:path";
import type { Files } from "../files.ts";

/** Thrown in place of the operation at which the world stops; nothing after it happens. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/**
 * What of the unsynced work a crash leaves: only what was synced, all of it, or names that reached the disk before
 * their contents did (so files are cut in half).
 */
export type Aftermath = "synced_only" | "everything" | "torn";
export const AFTERMATHS: readonly Aftermath[] = ["synced_only", "everything", "torn"];

/** A disk in memory that tells what is synced from what isn't. */
export interface Disk {
  readonly names: Map<string, Inode>;
  readonly syncedNames: Map<string, Inode>;
}

interface Inode {
  bytes: Uint8Array;
  synced: Uint8Array;
}

export function emptyDisk(): Disk {
  return { names: new Map(), syncedNames: new Map() };
}

/** The disk as the next start of the machine finds it. */
export function diskAfterCrash(disk: Disk, aftermath: Aftermath): Disk {
  const names = new Map<string, Inode>();
  for (const [path, inode] of aftermath === "synced_only" ? disk.syncedNames : disk.names) {
    const bytes = survivingBytes(inode, aftermath);
    names.set(path, { bytes, synced: bytes });
  }
  return { names, syncedNames: new Map(names) };
}

/** Counts operations and crashes in place of number `crashAt` (from 0); with `Infinity` it never does. */
export function crashingFiles(disk: Disk, crashAt: number): Files & { operations(): number } {
  let operations = 0;
  let crashed = false;
  const step = (torn?: () => void) => {
    if (!crashed && operations === crashAt) {
      crashed = true;
      torn?.();
    }
    operations += 1;
    if (crashed) throw new Crash(`crash at operation ${crashAt}`);
  };
  const put = (path: string, bytes: Uint8Array) => disk.names.set(path, { bytes, synced: new Uint8Array() });
  return {
    operations: () => operations,
    makeFolder: async () => step(),
    async read(path) {
      step();
      return disk.names.get(path)?.bytes.slice();
    },
    async list(path) {
      step();
      return [...disk.names.keys()]
        .filter((name) => dirname(name) === path)
        .map((name) => basename(name))
        .sort();
    },
    async writeNew(path, bytes) {
      step(() => put(path, half(bytes)));
      if (disk.names.has(path)) throw Object.assign(new Error(`${path} exists`), { code: "EEXIST" });
      put(path, bytes.slice());
    },
    async append(path, bytes) {
      const inode = disk.names.get(path) ?? { bytes: new Uint8Array(), synced: new Uint8Array() };
      const extend = (more: Uint8Array) => {
        disk.names.set(path, inode);
        inode.bytes = Buffer.concat([inode.bytes, more]);
      };
      step(() => extend(half(bytes)));
      extend(bytes);
    },
    async sync(path) {
      step();
      const inode = disk.names.get(path);
      if (inode !== undefined) inode.synced = inode.bytes;
      else syncFolder(disk, path);
    },
    async rename(from, to) {
      step();
      disk.names.set(to, existing(disk, from));
      disk.names.delete(from);
    },
    async link(from, to) {
      step();
      if (disk.names.has(to)) throw Object.assign(new Error(`${to} exists`), { code: "EEXIST" });
      disk.names.set(to, existing(disk, from));
    },
    async remove(path) {
      step();
      disk.names.delete(path);
    },
  };
}

function survivingBytes({ bytes, synced }: Inode, aftermath: Aftermath): Uint8Array {
  switch (aftermath) {
    case "synced_only":
      return synced;
    case "everything":
      return bytes;
    case "torn":
      return bytes === synced ? bytes : bytes.slice(0, synced.length + ((bytes.length - synced.length) >> 1));
  }
}

function syncFolder(disk: Disk, folder: string): void {
  for (const path of disk.syncedNames.keys()) {
    if (dirname(path) === folder && !disk.names.has(path)) disk.syncedNames.delete(path);
  }
  for (const [path, inode] of disk.names) {
    if (dirname(path) === folder) disk.syncedNames.set(path, inode);
  }
}

function existing(disk: Disk, path: string): Inode {
  const inode = disk.names.get(path);
  if (inode === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
  return inode;
}

function half(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, bytes.length >> 1);
}
