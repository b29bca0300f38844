import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { base58 } from "@scure/base";
import { fileKeyshareStore } from "../../../keyshare/file-keyshare-store.ts";
import { systemFiles } from "../../../store/files.ts";
import { readStoreKeyFile } from "../../../store/store-key.ts";
import type { Program } from "../bundle-programs.ts";
import { NETWORK_ID, type RunbookNetwork } from "./network.ts";
import type { Operator } from "./operator.ts";

export const HAS_AGE = spawnSync("age", ["--version"]).status === 0;

/** The TLS key that the contract lists for the operator's node. */
export async function listedKey(network: RunbookNetwork, { account }: Operator): Promise<string | undefined> {
  const { Running } = await network.state();
  assert.ok(Running !== undefined, "expected the contract to be Running");
  const entry = Running.parameters.participants.participants.find(([id]) => id === account.accountId);
  return entry?.[2].tls_public_key;
}

export function tlsKeyOf(operator: Operator, machine: string, program: Program = "node"): string {
  return keyOf(operator, machine, program, "tls");
}

export function nearKeyOf(operator: Operator, machine: string, program: Program = "node"): string {
  return keyOf(operator, machine, program, "near");
}

function keyOf(operator: Operator, machine: string, program: Program, kind: "tls" | "near"): string {
  const path = join(operator.machines.folder(machine), program, `keys/${kind}-key.json`);
  return JSON.parse(readFileSync(path, "utf8")).public_key;
}

/**
 * Looks for every secret of every machine in everything that the programs wrote: logs, output, files that aren't key
 * files, and command line, environment and name of those that run. No file of theirs is open to other users.
 */
export async function requireNoSecretShown(network: RunbookNetwork): Promise<void> {
  const { folder, contract, operators } = { ...network, contract: network.chain.contract.accountId };
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
  const secrets = new Set<string>();
  for (const path of files) for (const secret of secretsInKeyFile(path)) secrets.add(secret);
  for (const operator of operators)
    for (const path of files.filter((each) => each.endsWith("store-key.json")))
      for (const secret of await secretsInShares(path, contract, operator)) secrets.add(secret);
  assert.ok(secrets.size > 50, `expected many secrets to look for, found ${secrets.size}`);
  const shown = new Map<string, string>();
  for (const path of files.filter((each) => !isKeyFile(each))) shown.set(path, readFileSync(path, "latin1"));
  for (const operator of operators) {
    shown.set(`output of ${operator.account.accountId}`, operator.output());
    for (const pid of operator.machines.pids())
      for (const place of ["cmdline", "environ", "comm"])
        shown.set(`${place} of ${pid}`, readFileSync(`/proc/${pid}/${place}`, "latin1"));
  }
  for (const [place, text] of shown)
    for (const secret of secrets)
      assert.ok(!text.includes(secret), `a secret stands in ${place}: ${secret.slice(0, 4)}…`);
  for (const path of files.filter((each) => /\/(node|backup)\/./.test(each)))
    assert.equal(statSync(path).mode & 0o077, 0, `${path} is open to others`);
}

const KEY_FILE = /(near|tls)-key\.json(\.retired-\d+)?$|store-key\.json$|operator\.key$/;
const isKeyFile = (path: string) => KEY_FILE.test(path);

/** In every spelling that a program might use. */
function secretsInKeyFile(path: string): readonly string[] {
  if (!isKeyFile(path)) return [];
  const text = readFileSync(path, "utf8");
  if (path.endsWith("operator.key")) return [/AGE-SECRET-KEY-\w+/.exec(text)?.[0] ?? assert.fail(path)];
  const { secret_key, key } = JSON.parse(text) as { secret_key?: string; key?: string };
  const spelled = secret_key?.replace(/^ed25519:/, "") ?? key ?? assert.fail(path);
  const bytes = Buffer.from(
    secret_key === undefined ? Buffer.from(spelled, "base64") : base58.decode(spelled),
  );
  const seed = bytes.subarray(0, 32);
  return [spelled, bytes.toString("hex"), seed.toString("hex"), seed.toString("base64"), base58.encode(seed)];
}

async function secretsInShares(
  storeKeyFile: string,
  contract: string,
  { account }: Operator,
): Promise<readonly string[]> {
  const key = await readStoreKeyFile(systemFiles, storeKeyFile);
  const owner = { network: NETWORK_ID, contract, account: account.accountId };
  const secrets: string[] = [];
  for (const name of ["keyshares", "backups"]) {
    const folder = join(storeKeyFile, "../data", name);
    const store = fileKeyshareStore(systemFiles, folder, key, owner);
    for (const { keyset_hash } of await store.list())
      for (const { secret } of (await store.export(keyset_hash)) ?? []) {
        const { signing_share } = JSON.parse(secret) as { signing_share: string };
        secrets.push(signing_share, Buffer.from(signing_share, "hex").toString("base64"));
      }
  }
  return secrets;
}
