import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import type { AttestationPolicy } from "../../../sdk/src/attestation/policy.ts";
import { NO_COLLATERAL_SEEN } from "../../../sdk/src/attestation/policy.ts";
import type { Image } from "../../../services/safe-mode/image.ts";
import { programPath } from "../../build-programs.ts";
import type { DemoChain } from "../chain.ts";
import { freePorts } from "../impostor.ts";
import { type RunningProgram, runProgram, startProgram } from "../programs.ts";
import { verifies } from "../signing.ts";
import type { Stage } from "../stage.ts";
import { ClaimFailed } from "../timeline.ts";
import { ceremony, committeeRootOf, NETWORK_ID, type Operator, THRESHOLD } from "./operators.ts";

export const SEED_VERSION = 1;

/** Programs and what is pinned in their images. */
export interface Images {
  /** Beside node_modules, which the programs load their packages from. */
  readonly programFolder: string;
  readonly enclaveProgram: string;
  readonly safeModeProgram: string;
  readonly enclaveImage: string;
  readonly safeModeImage: string;
  /** Signs development evidence: stands for the chip's maker. */
  readonly evidenceKey: string;
}

/** A machine with an enclave, set up and not running. */
export interface EnclaveMachine {
  readonly name: string;
  readonly folder: string;
  readonly config: string;
  readonly url: string;
  readonly tlsPublicKey: string;
  readonly measurement: string;
  readonly operator: Operator;
}

/** What its users see of a program. */
export interface ServedSignature {
  readonly publicKey: string;
}

/** Stands for the hash of a reproducible build. */
export function measurementOf(program: string): string {
  return createHash("sha256").update(`the example enclave, ${program}`).digest("hex");
}

/** Builds the example enclave, puts a copy of safe mode beside its image, and writes both images. */
export async function makeImages(
  chain: DemoChain,
  { folder }: Stage,
  operators: readonly Operator[],
): Promise<Images> {
  const programFolder = resolve(mkdtempSync("build/demo-enclaves-"));
  const enclaveProgram = join(programFolder, "enclave.mjs");
  const shape = { bundle: true, packages: "external", platform: "node", format: "esm" } as const;
  await build({
    ...shape,
    entryPoints: ["services/enclave/cli.ts"],
    outfile: enclaveProgram,
    logLevel: "error",
  });
  const safeModeProgram = join(programFolder, "safe-mode.mjs");
  copyFileSync(programPath("safe-mode"), safeModeProgram);
  const evidenceKey = join(folder, "chip-maker.json");
  const insecure_dev_key = await ceremony(["signing-key", "--out", evidenceKey]);
  const policy: AttestationPolicy = {
    accepted_tcb_statuses: [],
    max_collateral_age_seconds: 86_400,
    collateral_floor: NO_COLLATERAL_SEEN,
    insecure_dev_key,
  };
  const root = await committeeRootOf(folder, operators);
  const committee = { root, threshold: THRESHOLD };
  const place = { network: NETWORK_ID, contract: chain.contract.accountId, version: SEED_VERSION };
  const head = JSON.parse(await runProgram(enclaveProgram, ["head", "--rpc-url", chain.rpcUrl]));
  const enclaveImage = join(folder, "enclave.image.json");
  const limits = {
    max_approval_seconds: 86_400,
    max_handover_seconds: 3_600,
    break_glass_wait_seconds: 43_200,
  };
  const sharing = { backup_threshold: THRESHOLD, backup_owners: operators.length };
  const glass = { break_glass: { root, threshold: THRESHOLD + 1 }, agreements_needed: 1 };
  const image = { ...place, committee, ...glass, ...limits, ...sharing, policy, head };
  writeFileSync(enclaveImage, JSON.stringify(image, null, 2));
  const images = { programFolder, enclaveProgram, safeModeProgram, enclaveImage, evidenceKey };
  return {
    ...images,
    safeModeImage: writeSafeModeImage(programFolder, folder, operators, { ...place, committee, policy }),
  };
}

function writeSafeModeImage(
  programFolder: string,
  folder: string,
  operators: readonly Operator[],
  about: Pick<Image, "network" | "contract" | "version" | "committee" | "policy">,
): string {
  const image: Image = {
    ...about,
    from: measurementOf("version 1.2"),
    max_approval_seconds: 86_400,
    sequencer_accounts: operators.map(({ account }) => account.accountId),
    sealing_key_file: join(folder, "rescue", "keys", "sealing-key"),
  };
  const file = join(programFolder, "safe-mode.image.json");
  writeFileSync(file, JSON.stringify(image, null, 2));
  return file;
}

/** `enclave init`, and a key of the operator's account for what it calls. */
export async function initEnclave(
  chain: DemoChain,
  { folder: stageFolder }: Stage,
  images: Images,
  operator: Operator,
  name: string,
  measurement: string,
): Promise<EnclaveMachine> {
  const [port = 0] = await freePorts(1);
  const folder = join(stageFolder, name);
  mkdirSync(folder);
  const about = ["--folder", folder, "--image-file", images.enclaveImage, "--measurement", measurement];
  const where = [
    "--account-id",
    operator.account.accountId,
    "--rpc-url",
    chain.rpcUrl,
    "--listen-port",
    String(port),
  ];
  const more = ["--evidence-key", images.evidenceKey, "--poll-interval-millis", "250"];
  const made = JSON.parse(await runProgram(images.enclaveProgram, ["init", ...about, ...where, ...more]));
  await operator.account.batch(operator.account).addKey(made.near_public_key, FULL_ACCESS).transact();
  const url = `https://127.0.0.1:${port}`;
  const { config_file: config, tls_public_key: tlsPublicKey } = made;
  return { name, folder, config, url, tlsPublicKey, measurement, operator };
}

type AccessKeyOfWorkspaces = Parameters<ReturnType<Operator["account"]["batch"]>["addKey"]>[1];

// It attaches deposits, which a function-call key can't.
const FULL_ACCESS = { nonce: 0n, permission: { fullAccess: {} } } as unknown as AccessKeyOfWorkspaces;

/** `enclave run` as a process of its own. */
export function runEnclave(
  { folder }: Stage,
  { enclaveProgram }: Images,
  { name, config }: EnclaveMachine,
  way: readonly string[],
): RunningProgram {
  return startProgram(name, enclaveProgram, ["run", "--config", config, ...way], folder);
}

/** Waits until the program says that it serves, or doesn't. */
export async function untilServing(program: RunningProgram, isServing: boolean, role: string): Promise<void> {
  await program.waitFor(
    `enclave.changed to ${role}`,
    (line) => line.event === "enclave.changed" && line.role === role && line.is_serving === isServing,
    SERVING_MILLIS,
  );
}

const SERVING_MILLIS = 90_000;
const ANSWER_MILLIS = 10_000;

/** Asks the program for a signature and verifies it; null while it is closed or gone. */
export async function askEnclave(program: RunningProgram): Promise<ServedSignature | null> {
  const started = program.lines.find(({ event }) => event === "program.started");
  const message = Buffer.from(`a message for ${program.name}`);
  const response = await fetch(`http://127.0.0.1:${started?.local_port}/sign`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message_hex: message.toString("hex") }),
    signal: AbortSignal.timeout(ANSWER_MILLIS),
  }).catch(() => null);
  if (response === null || response.status === 503) return null;
  const { public_key, signature_hex } = (await response.json()) as Record<string, string>;
  if (!verifies(public_key ?? "", message, signature_hex ?? ""))
    throw new ClaimFailed(`${program.name}: expected a valid signature, found ${signature_hex}`);
  return { publicKey: public_key ?? "" };
}

/** Whether the machine holds the sealed seed. */
export function holdsSeed({ folder }: EnclaveMachine): boolean {
  return existsSync(join(folder, "data", "sealed-seed.json"));
}

/** Secret texts of a machine, for the check that no log shows them. */
export function secretsOfEnclave({ folder }: EnclaveMachine): readonly string[] {
  const key = (file: string) => JSON.parse(readFileSync(join(folder, "keys", file), "utf8"));
  return [
    key("near-key.json").secret_key,
    key("tls-key.json").secret_key,
    key("seal-key.json").seed,
    readFileSync(join(folder, "keys", "sealing-key"), "utf8"),
  ];
}
