import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { systemFiles } from "../../../store/files.ts";
import { Crash } from "../../../store/test/crashing-files.ts";
import { createLife, type Life } from "./life.ts";

/** How a command that was to die fared: the changes it made to the disk, and whether it died. */
export interface Run<Result> {
  readonly steps: readonly string[];
  readonly outcome:
    | { readonly kind: "died" }
    | { readonly kind: "done"; readonly result: Result }
    | { readonly kind: "failed"; readonly error: unknown };
}

const CHANGES = ["link", "mkdir", "rename", "rm", "unlink", "writeFile"] as const;
type AnyCall = (path: string, ...rest: unknown[]) => Promise<unknown>;

/**
 * Runs a command as if its process was killed at its change number `endsAt` to the real disk below `folder`, from 0:
 * a write is left half done, and nothing of the command reaches the disk afterwards. For one command at a time.
 */
export async function runUntilKilled<Result>(
  folder: string,
  endsAt: number,
  command: () => Promise<Result>,
): Promise<Run<Result>> {
  const life = createLife(endsAt);
  const real = { ...fs };
  const patched = fs as unknown as Record<string, AnyCall>;
  for (const name of CHANGES) patched[name] = dying(life, folder, name, real[name] as AnyCall);
  patched.open = async (path, ...rest) => {
    const handle = await real.open(path, ...(rest as [string, number]));
    return String(path).startsWith(folder) ? dyingHandle(life, handle, String(rest[0])) : handle;
  };
  syncBuiltinESMExports();
  // These two are taken over from Node as they were when the module was loaded.
  const { rename, link } = systemFiles;
  const files = systemFiles as unknown as Record<string, AnyCall>;
  for (const name of ["rename", "link"] as const)
    files[name] = dying(life, folder, name, real[name] as AnyCall);
  try {
    const result = await command();
    return { steps: life.steps, outcome: life.isOver() ? { kind: "died" } : { kind: "done", result } };
  } catch (error) {
    return { steps: life.steps, outcome: life.isOver() ? { kind: "died" } : { kind: "failed", error } };
  } finally {
    Object.assign(fs, real);
    Object.assign(systemFiles, { rename, link });
    syncBuiltinESMExports();
  }
}

function dying(life: Life, folder: string, name: string, real: AnyCall): AnyCall {
  return async (path, ...rest) => {
    if (String(path).startsWith(folder)) life.pass(name);
    return real(path, ...rest);
  };
}

function dyingHandle(life: Life, handle: fs.FileHandle, mode: string) {
  // A file that is only read may still be synced: that is how a folder's entries are forced to the disk.
  if (mode !== "r" && life.isOver()) void handle.close();
  return {
    async writeFile(text: string | Uint8Array) {
      const bytes = Buffer.from(text as string);
      if (life.next("write") === "passes") return handle.writeFile(bytes);
      await handle.writeFile(bytes.subarray(0, bytes.length >> 1));
      throw new Crash("killed while it wrote");
    },
    async sync() {
      life.pass("sync");
      await handle.sync();
    },
    close: () => handle.close().catch(() => undefined),
  };
}
