import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NearAccount } from "near-workspaces";
import {
  initRunning,
  proposeCodeHash,
  publishShareKey,
  voteCodeHash,
  voteRolloutPolicy,
} from "../../../sdk/src/actions/calls.ts";
import type { CallContract } from "../../../sdk/src/client/call-contract.ts";
import { createSender } from "../../../sdk/src/client/sender.ts";
import { readKeyFile } from "../../../sdk/src/crypto/key-files.ts";
import {
  ed25519KeyPairFromSecretKey,
  generateEd25519KeyPair,
  x25519PublicKey,
} from "../../../sdk/src/crypto/keys.ts";
import { signShareKeyProof } from "../../../sdk/src/crypto/share-key-proof.ts";
import { programPath } from "../../build-programs.ts";
import type { DemoChain } from "../chain.ts";
import { runProgram } from "../programs.ts";
import type { Stage } from "../stage.ts";

export const NETWORK_ID = "demo";
export const THRESHOLD = 2;

/** One of three people who run the network: an account, a key file and a share key file. */
export interface Operator {
  readonly name: string;
  readonly account: NearAccount;
  readonly caller: CallContract;
  /** The TLS key of the operator's node; signs for the operator. */
  readonly keyFile: string;
  readonly publicKey: string;
  readonly shareKeyFile: string;
}

/** Makes keys with the ceremony's commands, starts the contract with the operators, publishes their share keys. */
export async function setUpOperators(
  chain: DemoChain,
  { folder, timeline }: Stage,
): Promise<readonly Operator[]> {
  const operators: Operator[] = [];
  const shareKeys: string[] = [];
  for (const name of ["node-1", "node-2", "node-3"]) {
    const account = await chain.createOperator(name);
    const [keyFile, shareKeyFile] = [join(folder, `${name}.json`), join(folder, `${name}.share.json`)];
    const publicKey = await ceremony(["signing-key", "--out", keyFile]);
    shareKeys.push(await ceremony(["share-key", "--out", shareKeyFile]));
    operators.push({
      name,
      account,
      caller: await callerOf(chain, account),
      keyFile,
      publicKey,
      shareKeyFile,
    });
  }
  await startContract(chain, operators);
  for (const [at, { account, caller, keyFile }] of operators.entries()) {
    const public_key = x25519PublicKey(shareKeys[at] ?? "");
    const { keyPair } = await readKeyFile(keyFile);
    const place = { networkId: NETWORK_ID, contractId: chain.contract.accountId };
    const proof = signShareKeyProof(keyPair, {
      ...place,
      accountId: account.accountId,
      publicKey: public_key,
    });
    await publishShareKey(caller, { public_key, proof });
  }
  await timeline.held(
    "operators",
    "three accounts; each published a share key, signed by its node's TLS key",
  );
  return operators;
}

/** Proposes a program and votes for it, as many as are needed. */
export async function voteForProgram(operators: readonly Operator[], code_hash: string): Promise<void> {
  const url = "https://example.org/reproducible-build";
  const voters = operators.slice(0, THRESHOLD);
  if (voters[0] !== undefined) await proposeCodeHash(voters[0].caller, { code_hash, url });
  for (const { caller } of voters) await voteCodeHash(caller, { code_hash });
}

export async function voteForPolicy(
  operators: readonly Operator[],
  policy: "shadow" | "enforced",
): Promise<void> {
  for (const { caller } of operators.slice(0, THRESHOLD)) await voteRolloutPolicy(caller, { policy });
}

/** Two members sign a statement, which becomes an approval's file. */
export async function approve(
  { folder }: Stage,
  operators: readonly Operator[],
  name: string,
  statement: string,
): Promise<string> {
  const [statementFile, committee] = [
    join(folder, `${name}.statement.json`),
    committeeFile(folder, operators),
  ];
  writeFileSync(statementFile, statement);
  const signatures: string[] = [];
  for (const { name: member, keyFile } of operators.slice(0, THRESHOLD)) {
    const file = join(folder, `${name}.${member}.signature.json`);
    const about = ["--statement", statementFile, "--committee", committee];
    writeFileSync(file, await ceremony(["approve", ...about, "--key", keyFile]));
    signatures.push(file);
  }
  const approval = join(folder, `${name}.approval.json`);
  const collected = [
    "collect",
    "--statement",
    statementFile,
    ...signatures.flatMap((file) => ["--signature", file]),
  ];
  writeFileSync(approval, await ceremony(collected));
  return approval;
}

/** The root that images pin for the operators. */
export function committeeRootOf(folder: string, operators: readonly Operator[]): Promise<string> {
  return ceremony(["committee-root", "--committee", committeeFile(folder, operators)]);
}

/** Runs the ceremony program and returns what it prints, without its line end. */
export async function ceremony(args: readonly string[]): Promise<string> {
  return (await runProgram(programPath("ceremony"), args)).trimEnd();
}

function committeeFile(folder: string, operators: readonly Operator[]): string {
  const file = join(folder, "committee.json");
  writeFileSync(file, JSON.stringify(operators.map(({ publicKey }) => publicKey)));
  return file;
}

async function callerOf({ rpcUrl, contract }: DemoChain, account: NearAccount): Promise<CallContract> {
  const key = await account.getKey();
  if (key === null) throw new Error(`expected a key of ${account.accountId}, found none`);
  const keyPair = ed25519KeyPairFromSecretKey(key.toString());
  const { accountId } = account;
  return createSender({ endpoint: { url: rpcUrl }, contractId: contract.accountId, accountId, keyPair });
}

async function startContract(chain: DemoChain, operators: readonly Operator[]): Promise<void> {
  const owner = await callerOf(chain, chain.contract);
  const participants = operators.map(
    ({ account, name, publicKey }, id) =>
      [account.accountId, id, { url: `https://${name}.example`, tls_public_key: publicKey }] as const,
  );
  const key = generateEd25519KeyPair().publicKey;
  await initRunning(owner, {
    domains: [{ id: 0, protocol: "Frost", reconstruction_threshold: THRESHOLD, purpose: "Sign" }],
    next_domain_id: 1,
    keyset: { epoch_id: 0, domains: [{ domain_id: 0, key, attempt: 0 }] },
    parameters: { participants: { next_id: participants.length, participants }, threshold: THRESHOLD },
    init_config: { network_id: NETWORK_ID },
  });
}
