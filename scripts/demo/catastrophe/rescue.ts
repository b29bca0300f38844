import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seedBackup } from "../../../sdk/src/actions/views.ts";
import type { ReadContract } from "../../../sdk/src/client/read-contract.ts";
import { programPath } from "../../build-programs.ts";
import { runProgram } from "../programs.ts";
import { ClaimFailed, expectEqual } from "../timeline.ts";
import {
  askEnclave,
  type EnclaveMachine,
  initEnclave,
  measurementOf,
  runEnclave,
  SEED_VERSION,
  untilServing,
} from "./enclaves.ts";
import { approve, ceremony, type Operator, THRESHOLD } from "./operators.ts";
import type { Cast, Serving } from "./upgrade.ts";

/** Kills every enclave with SIGKILL and deletes every folder, sealed seeds and platform keys included. */
export async function destroyEverything({ stage }: Cast, all: readonly Serving[]): Promise<void> {
  for (const { machine, program } of all) {
    program.process.kill("SIGKILL");
    expectEqual(`how ${machine.name} ended`, await program.ended, "SIGKILL");
    rmSync(machine.folder, { recursive: true });
    expectEqual(`what ${machine.name} answers`, await askEnclave(program), null);
  }
  await stage.timeline.held(
    "catastrophe",
    `${all.length} enclaves killed with SIGKILL, their folders deleted`,
  );
}

/** What the rescue rests on. */
interface Rescue {
  readonly machine: EnclaveMachine;
  readonly evidence: string;
  readonly approval: string;
  /** Options that release and recombine share. */
  readonly about: readonly string[];
}

/** The operators' shares bring the seed back in an approved rescue program: no fewer than needed, none that is wrong. */
export async function recombineShares(cast: Cast, reader: ReadContract, dealer: string): Promise<string> {
  const { stage, operators } = cast;
  const rescue = await prepareRescue(cast, reader, dealer);
  const shares: string[] = [];
  for (const operator of operators) shares.push(await release(cast, rescue, operator));
  await stage.timeline.held(
    "operators",
    "each checked evidence and approval, and sealed its share to the rescue program",
  );
  const [first = "", second = "", third = ""] = shares;
  const sealedSeed = join(stage.folder, "rescue", "sealed-seed.json");
  const put = (files: readonly string[]) => ceremony(recombineArguments(cast, rescue, files, sealedSeed));
  const tooFew = await refusalOf(() => put([first]));
  expectSaid(tooFew, `1 of ${THRESHOLD} shares, waiting for`);
  await stage.timeline.held("rescue", `with one share: "${said(tooFew, /\d of \d shares, .*[^.\s]/)}"`);
  const swapped = claimedBy(second, third);
  const rejected = await refusalOf(() => put([first, swapped]));
  const { accountId } = operatorOf(operators, 1).account;
  expectSaid(rejected, `share of ${accountId} rejected`);
  await stage.timeline.held("rescue", `another's share in its place is named: ${accountId}`);
  const { commitment } = JSON.parse(await put([first, second]));
  await stage.timeline.held(
    "rescue",
    `two shares make the committed seed ${String(commitment).slice(0, 12)}…, sealed at once`,
  );
  return sealedSeed;
}

/** Safe mode seals the seed to a new enclave that the committee approved, which opens with it. */
export async function openInSafeMode(cast: Cast, sealedSeed: string, publicKey: string): Promise<Serving> {
  const { chain, stage, images, operators } = cast;
  const operator = operatorOf(operators, 0);
  const machine = await initEnclave(
    chain,
    stage,
    images,
    operator,
    "enclave-4",
    measurementOf("version 1.3"),
  );
  const evidence = await evidenceOf(cast, machine);
  const approval = await approved(cast, "safe_mode", machine, evidence);
  const out = join(stage.folder, "for-enclave-4.json");
  const files = ["--evidence", evidence, "--approval", approval, "--sealed-seed", sealedSeed, "--out", out];
  const rehearsed = JSON.parse(await runProgram(images.safeModeProgram, [...files, "--dry-run"]));
  expectEqual("what safe mode says in a dry run", rehearsed.result, "dry_run");
  const { result, seed_commitment } = JSON.parse(await runProgram(images.safeModeProgram, files));
  expectEqual("what safe mode says", result, "sealed");
  await stage.timeline.held(
    "safe mode",
    `sealed the seed ${String(seed_commitment).slice(0, 12)}… to enclave-4, offline`,
  );
  const program = stage.track(runEnclave(stage, images, machine, ["--recovered", out]));
  await untilServing(program, true, "owner");
  const served = await askEnclave(program);
  expectEqual("the key that the recovered enclave serves with", served?.publicKey, publicKey);
  await stage.timeline.held(
    "enclave-4",
    "compared the seed with the published commitment; open with the same key",
  );
  return { machine, program, publicKey };
}

async function prepareRescue(cast: Cast, reader: ReadContract, dealer: string): Promise<Rescue> {
  const { chain, stage, images, operators } = cast;
  const machine = await initEnclave(
    chain,
    stage,
    images,
    operatorOf(operators, 1),
    "rescue",
    measurementOf("rescue"),
  );
  const evidence = await evidenceOf(cast, machine);
  const approval = await approved(cast, "share_release", machine, evidence);
  const backup = join(stage.folder, "seed-backup.json");
  writeFileSync(backup, JSON.stringify((await seedBackup(reader, { version: SEED_VERSION })).value));
  const about = [
    "--image",
    images.safeModeImage,
    "--backup",
    backup,
    "--dealer",
    dealer,
    "--approval",
    approval,
  ];
  await stage.timeline.held(
    "committee",
    "approved a rescue program for the release of shares; the backup is read from the chain",
  );
  return { machine, evidence, approval, about };
}

async function release({ stage }: Cast, { evidence, about }: Rescue, operator: Operator): Promise<string> {
  const own = ["--account", operator.account.accountId, "--key", operator.keyFile];
  const keys = [...own, "--share-key", operator.shareKeyFile, "--evidence", evidence];
  const file = join(stage.folder, `${operator.name}.released.json`);
  writeFileSync(file, await ceremony(["release", ...about, ...keys]));
  return file;
}

function recombineArguments(
  { operators }: Cast,
  { machine, about }: Rescue,
  shares: readonly string[],
  sealedSeed: string,
): readonly string[] {
  const keys = join(machine.folder, "keys");
  const own = ["--seal-key", join(keys, "seal-key.json"), "--sealing-key", join(keys, "sealing-key")];
  const owners = operators.flatMap(({ account, publicKey }) => [
    "--owner",
    `${account.accountId}=${publicKey}`,
  ]);
  const came = shares.flatMap((file) => ["--share", file]);
  return ["recombine", ...about, ...came, ...owners, ...own, "--sealed-seed", sealedSeed];
}

/** A copy of one operator's released share that says to be another's. */
function claimedBy(ownFile: string, otherFile: string): string {
  const { owner } = JSON.parse(readFileSync(ownFile, "utf8"));
  const { envelope } = JSON.parse(readFileSync(otherFile, "utf8"));
  const file = `${ownFile}.swapped`;
  writeFileSync(file, JSON.stringify({ owner, envelope }));
  return file;
}

async function evidenceOf({ stage, images }: Cast, { name, config }: EnclaveMachine): Promise<string> {
  const file = join(stage.folder, `${name}.evidence.json`);
  writeFileSync(file, await runProgram(images.enclaveProgram, ["evidence", "--config", config]));
  return file;
}

async function approved(
  { stage, images, operators }: Cast,
  purpose: "safe_mode" | "share_release",
  { operator }: EnclaveMachine,
  evidence: string,
): Promise<string> {
  const { accountId } = operator.account;
  const about = ["--image", images.safeModeImage, "--evidence", evidence, "--account", accountId];
  return approve(stage, operators, purpose, await ceremony(["statement", ...about, "--purpose", purpose]));
}

/** What a command says that must be refused. */
async function refusalOf(run: () => Promise<unknown>): Promise<string> {
  const refused = await run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (refused === null)
    throw new ClaimFailed(`${programPath("ceremony")}: expected a refusal, found success`);
  return refused;
}

function expectSaid(text: string, part: string): void {
  if (!text.includes(part)) throw new ClaimFailed(`expected "${part}", found: ${text}`);
}

function said(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.[0] ?? "";
}

function operatorOf(operators: readonly Operator[], index: number): Operator {
  const operator = operators[index];
  if (operator === undefined) throw new Error(`expected an operator ${index}, found ${operators.length}`);
  return operator;
}
