import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initHome } from "../genesis/init-home.ts";
import { DEFAULT_PROTOCOL_VERSION } from "../parameters/runtime-parameters.ts";
import { ensureSandbox } from "./ensure-sandbox.ts";

export interface StartOptions {
  /** Home directory; a temporary one, removed by `stop`, unless given. */
  readonly home?: string;
  /** RPC port; a free one unless given. */
  readonly port?: number;
  /** One of the protocol versions with a table; 86 unless given. */
  readonly protocolVersion?: number;
  /** An executable that understands neard's command line; the embedded chain's own unless given. */
  readonly executable?: string;
}

export interface RunningSandbox {
  readonly rpcUrl: string;
  readonly home: string;
  readonly rootAccount: {
    readonly accountId: string;
    readonly publicKey: string;
    /** `ed25519:<base58 of 64 bytes>`. */
    readonly secretKey: string;
  };
  /** Ends the process and removes the temporary home; can be called twice. */
  readonly stop: () => Promise<void>;
}

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 10;

/**
 * Starts the embedded chain as a process of its own on this machine only, and resolves when its RPC answers. Throws
 * when it ends before, with what it wrote to stderr.
 */
export async function startSandbox(options: StartOptions = {}): Promise<RunningSandbox> {
  const executable = options.executable ?? ensureSandbox();
  const home = options.home ?? mkdtempSync(join(tmpdir(), "near-sandbox-"));
  const removeHome = () => {
    if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  };
  try {
    initialise(options, home);
    const port = options.port ?? (await freePort());
    // neard doesn't know the switch.
    const lifetime =
      options.home === undefined && options.executable === undefined ? ["--temporary-home"] : [];
    const child = launch(executable, home, port, lifetime);
    const stop = async () => {
      await endProcess(child.process);
      removeHome();
    };
    const rpcUrl = `http://127.0.0.1:${port}`;
    await ready(rpcUrl, readKey(home, "node_key.json").public_key!, child).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { rpcUrl, home, rootAccount: readRootAccount(home), stop };
  } catch (error) {
    removeHome();
    throw error;
  }
}

/** In this process where it can be, which saves the start of another. */
function initialise({ executable, protocolVersion }: StartOptions, home: string): void {
  if (executable === undefined) {
    initHome({
      home,
      accountId: "test.near",
      chainId: null,
      protocolVersion: protocolVersion ?? DEFAULT_PROTOCOL_VERSION,
      pace: "normal",
      testSeed: null,
    });
    return;
  }
  const version = protocolVersion === undefined ? [] : ["--protocol-version", String(protocolVersion)];
  execFileSync(executable, ["--home", home, "init", ...version], { stdio: ["ignore", "ignore", "pipe"] });
}

interface Child {
  readonly process: ChildProcess;
  readonly stderr: () => string;
}

function launch(executable: string, home: string, port: number, lifetime: readonly string[]): Child {
  const args = ["--home", home, "run", "--rpc-addr", `127.0.0.1:${port}`, ...lifetime];
  const child = spawn(executable, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-10_000);
  });
  child.on("error", (error) => {
    stderr += error.message;
  });
  return { process: child, stderr: () => stderr };
}

/** Somebody else's node may have the port: only the one with this home's node key counts. */
async function ready(rpcUrl: string, nodeKey: string, child: Child): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (hasEnded(child.process)) throw new Error(`the sandbox ended before it was ready: ${child.stderr()}`);
    if ((await nodeKeyAt(rpcUrl)) === nodeKey) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the sandbox did not answer at ${rpcUrl} within ${READY_TIMEOUT_MS} ms: ${child.stderr()}`);
}

async function nodeKeyAt(rpcUrl: string): Promise<string | null> {
  try {
    const response = await fetch(`${rpcUrl}/status`);
    return ((await response.json()) as { readonly node_public_key: string }).node_public_key;
  } catch {
    return null;
  }
}

function readRootAccount(home: string): RunningSandbox["rootAccount"] {
  const key = readKey(home, "validator_key.json");
  return { accountId: key.account_id!, publicKey: key.public_key!, secretKey: key.secret_key! };
}

function readKey(home: string, file: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(home, file), "utf8")) as Record<string, string>;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
