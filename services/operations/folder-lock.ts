import { createHash } from "node:crypto";
import { mkdir, realpath, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf, usageError } from "./program-error.ts";

/** A data folder that is this process's alone until it releases it or ends. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Claims a data folder, which is made if need be. A listening socket is the lock and not a file with a process id:
 * the system takes it back however the process ends, so that nothing needs clearing by hand after a crash. It holds
 * between processes of one machine: on Linux of one network namespace, elsewhere with the same temporary folder.
 *
 * @throws ProgramError `FOLDER_IN_USE` (exit code 2) while another process holds it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = await socketPath(folder);
  const server = await claim(path, folder);
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function claim(path: string, folder: string): Promise<net.Server> {
  try {
    return await listen(path);
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE") throw error;
  }
  if (IN_MEMORY || (await answers(path))) {
    throw usageError("FOLDER_IN_USE", `another program is using ${folder}: stop it first`);
  }
  // Left behind by a process that was killed.
  await rm(path, { force: true });
  return listen(path);
}

// Linux has socket names without a file, which end with their process: of many that start at once, one gets it. A file
// that a killed process left behind must be removed, and two that do so at once may both succeed.
const IN_MEMORY = process.platform === "linux";

/** Outside the folder: a folder with a socket in it can't be copied, and its path may be too long for one. */
async function socketPath(folder: string): Promise<string> {
  const name = createHash("sha256")
    .update(await realpath(folder))
    .digest("hex")
    .slice(0, 16);
  return IN_MEMORY ? `\0mpc-recovery-${name}` : join(tmpdir(), `mpc-recovery-${name}.lock`);
}

function listen(path: string): Promise<net.Server> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
