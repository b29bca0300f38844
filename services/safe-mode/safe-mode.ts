import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { ApprovalError } from "../../sdk/src/approval/approval-error.ts";
import {
  type ApprovedRecipient,
  type AttestedRecipient,
  approveRecipient,
  attestRecipient,
} from "../../sdk/src/approval/approve-recipient.ts";
import { parseRecipient } from "../../sdk/src/approval/recipient.ts";
import { type Approval, parseApproval } from "../../sdk/src/approval/statement.ts";
import { FormatError, strictJson } from "../../sdk/src/attestation/strict-fields.ts";
import { sealEnvelope } from "../../sdk/src/crypto/envelope.ts";
import { x25519PublicKey } from "../../sdk/src/crypto/keys.ts";
import { eraseKxKeyPair, generateKxKeyPair } from "../../sdk/src/crypto/kx.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { readSecret, readWhole, writeNew } from "./files.ts";
import { type Image, parseImage } from "./image.ts";
import { openSealedSeed, type SealingKeys, sealingKeys } from "./sealed-seed.ts";

/** The five steps and the exit code of a refusal in each; success is 0. */
export const STEPS = { command_line: 2, attestation: 3, approval: 4, unseal: 5, seal: 6 } as const;
export type Step = keyof typeof STEPS;

/** What is told about a run, in one line: no secret, enough for an auditor to do it again. */
export type Audit = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface SafeModeResult {
  readonly exitCode: number;
  readonly audit: Audit;
}

/**
 * Seals the master seed to an attested and approved program, in five steps. Nothing is written before the last, and
 * then one new file. Source: recovery-services.md §7.
 *
 * @param imageFile the description that is pinned beside the program
 * @param machineTime Unix seconds by the machine's clock, which only refuses: what has expired, honest machines don't use
 */
export function runSafeMode(args: readonly string[], imageFile: string, machineTime: number): SafeModeResult {
  const audit: Record<string, string | number | boolean | readonly string[]> = { program: "safe-mode" };
  let step: Step = "command_line";
  try {
    const options = readCommandLine(args);
    const image = parseImage(readJson(imageFile, audit, "image"));

    // The approval's time is the clock of the attestation; who signed it is the step after.
    step = "approval";
    const approval = parseApproval(readJson(options.approval, audit, "approval"));

    step = "attestation";
    const attested = attest(readJson(options.evidence, audit, "evidence"), approval, image);

    step = "approval";
    const approved = approve(attested, approval, image, machineTime);
    Object.assign(audit, describe(approved));

    step = "unseal";
    const keys = sealingKeys(Buffer.from(readSecret(image.sealing_key_file, 66)).toString("latin1"));
    const sealed = Buffer.from(readWhole(options["sealed-seed"], MAX_FILE_BYTES));
    const { seed, commitment } = openSealedSeed(sealed.toString("utf8").trimEnd(), image, keys);
    audit.seed_commitment = commitment;

    step = "seal";
    const envelope = sealTo(approved, seed, commitment, image, keys);
    Object.assign(audit, { sealed_by: keys.signing.publicKey, out_sha256: sha256(envelope) });
    if (!options["dry-run"]) writeNew(options.out, `${envelope}\n`);
    return { exitCode: 0, audit: { ...audit, result: options["dry-run"] ? "dry_run" : "sealed" } };
  } catch (error) {
    return { exitCode: STEPS[step], audit: { ...audit, result: "refused", step, ...explain(error) } };
  }
}

const MAX_FILE_BYTES = 1_048_576;

interface Options {
  readonly evidence: string;
  readonly approval: string;
  readonly "sealed-seed": string;
  readonly out: string;
  readonly "dry-run": boolean;
}

function readCommandLine(args: readonly string[]): Options {
  const file = { type: "string" } as const;
  const options = { evidence: file, approval: file, "sealed-seed": file, out: file } as const;
  const known = { ...options, "dry-run": { type: "boolean", default: false } } as const;
  const { values, tokens } = parseArgs({ args: [...args], options: known, strict: true, tokens: true });
  const names = tokens.map((token) => (token.kind === "option" ? token.name : token.kind));
  if (new Set(names).size !== names.length) throw new FormatError("command line", "each option once");
  const missing = Object.keys(options).find((name) => !values[name as keyof typeof options]);
  if (missing !== undefined) throw new FormatError("command line", `--${missing} FILE`);
  if (existsSync(values.out!)) throw new FormatError("--out", "a file that doesn't exist yet");
  return values as Options;
}

function attest(
  json: unknown,
  { statement }: Approval,
  { network, contract, policy }: Image,
): AttestedRecipient {
  const use = { network, contract, account: statement.recipient_account };
  return attestRecipient(parseRecipient(json), use, statement.issued_at, policy);
}

function approve(attested: AttestedRecipient, approval: Approval, image: Image, now: number) {
  const { network, contract, from, committee } = image;
  const { recipient_account, issued_at, expires } = approval.statement;
  if (now >= expires) throw new ApprovalError("APPROVAL_TIME", `it ended at ${expires}, it is ${now}`);
  if (!image.sequencer_accounts.includes(recipient_account)) {
    throw new ApprovalError("APPROVAL_CONTEXT", `${recipient_account} isn't among the image's sequencers`);
  }
  const expected = { purpose: "safe_mode", network, contract, from, recipient_account } as const;
  const rules = { committee, expected, now: issued_at, maxLifetimeSeconds: image.max_approval_seconds };
  return approveRecipient(attested, approval, rules);
}

function sealTo(
  { sealKey, statement }: ApprovedRecipient,
  seed: Uint8Array,
  keyset_hash: string,
  { network, contract, version }: Image,
  { signing }: SealingKeys,
): string {
  const exchange = generateKxKeyPair();
  const place = { network, contract, account: statement.recipient_account, epoch: version, keyset_hash };
  const time = { session: statement.issued_at, expires: statement.expires };
  const address = { purpose: "handover", ...place, ...time, to: x25519PublicKey(sealKey) } as const;
  try {
    return sealEnvelope({ exchange, signing }, address, seed);
  } finally {
    seed.fill(0);
    eraseKxKeyPair(exchange);
  }
}

function readJson(path: string, audit: Record<string, unknown>, name: string): unknown {
  const bytes = readWhole(path, MAX_FILE_BYTES);
  audit[`${name}_sha256`] = sha256(bytes);
  return strictJson(bytes, name, MAX_FILE_BYTES);
}

function describe({ statement, sealKey, signers }: ApprovedRecipient): Audit {
  const { network, contract, from, to, recipient_account, recipient_key_hash, nonce, issued_at } = statement;
  const who = { network, contract, from, to, recipient_account, recipient_key_hash };
  return { ...who, seal_key: sealKey, nonce, issued_at, signers };
}

function explain(error: unknown): { readonly code: string; readonly reason: string } {
  if (error instanceof BaseError) return { code: error.code, reason: error.shortMessage };
  const code = error instanceof Error && "code" in error ? String(error.code) : "UNEXPECTED_ERROR";
  return { code, reason: error instanceof Error ? error.message : "an unknown error" };
}

function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}
