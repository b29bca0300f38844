import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeyPair } from "near-api-js";
import { ensureSandbox } from "../../src/launcher/ensure-sandbox.ts";
import type { SandboxAccess } from "./near-api-js-5-client.ts";

const ROOT_ID = "sandbox";

/**
 * near-sandbox 0.3 needs Node 22, so that its steps are gone through here: `--version`, `init --fast`, an account put
 * into the genesis file, limits into the configuration, `run` on a chosen port, GET /status until it answers.
 */
export async function startLikeNearSandbox03(): Promise<SandboxAccess> {
  const executable = ensureSandbox();
  execFileSync(executable, ["--version"]);
  const home = mkdtempSync(join(tmpdir(), "near-sandbox-0.3-"));
  execFileSync(executable, ["--home", home, "init", "--fast"]);
  const pair = KeyPair.fromRandom("ed25519");
  editGenesis(join(home, "genesis.json"), pair.getPublicKey().toString());
  editJson(join(home, "config.json"), (config) => {
    config.rpc.limits_config = { json_payload_max_size: 1024 * 1024 * 1024 };
    config.store.max_open_files = 3_000;
  });
  const rpcAddress = `127.0.0.1:${await freePort()}`;
  const networkAddress = `127.0.0.1:${await freePort()}`;
  const args = ["--home", home, "run", "--rpc-addr", rpcAddress, "--network-addr", networkAddress];
  const child = spawn(executable, args, { stdio: ["ignore", "ignore", "pipe"] });
  const rpcUrl = `http://${rpcAddress}`;
  while (!(await answers(`${rpcUrl}/status`))) await new Promise((resolve) => setTimeout(resolve, 20));
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  return { rpcUrl, rootId: ROOT_ID, rootSecretKey: pair.toString(), stop };
}

function editGenesis(file: string, publicKey: string): void {
  const amount = 10n ** 28n;
  const account = { amount: String(amount), locked: "0", code_hash: "1".repeat(32), storage_usage: 182 };
  const access_key = { nonce: 0, permission: "FullAccess" };
  editJson(file, (genesis) => {
    genesis.total_supply = String(BigInt(genesis.total_supply) + amount);
    genesis.records.push(
      { Account: { account_id: ROOT_ID, account } },
      { AccessKey: { account_id: ROOT_ID, public_key: publicKey, access_key } },
    );
  });
}

// biome-ignore lint/suspicious/noExplicitAny: files are edited field by field
function editJson(file: string, edit: (json: any) => void): void {
  const json: unknown = JSON.parse(readFileSync(file, "utf8"));
  edit(json);
  writeFileSync(file, JSON.stringify(json));
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("expected a TCP address");
  return address.port;
}
