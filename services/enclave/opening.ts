import { randomBytes } from "node:crypto";
import { strictJson } from "../../sdk/src/attestation/strict-fields.ts";
import { openEnvelope, readEnvelopeHeader } from "../../sdk/src/crypto/envelope.ts";
import type { Ed25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import type { KxKeyPair } from "../../sdk/src/crypto/kx.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { SEED_BYTES, type SeedName, seedCommitment } from "../../sdk/src/sharing/commitments.ts";
import { dealSeed } from "../../sdk/src/sharing/deal-seed.ts";
import { parseSeedBackup, type SeedBackup, type ShareKeys } from "../../sdk/src/sharing/seed-backup.ts";
import type { Journal } from "../store/journal.ts";
import { jsonDigest } from "./json-digest.ts";
import type { SeedFile } from "./ports.ts";
import type { SignedFile } from "./signed-file.ts";

/** What the first program of a version writes down, and one that got the seed back. */
export type OpeningEntry =
  /** A seed is being made: whatever lies there was made for this, and published nowhere yet. */
  | { readonly type: "dealing" }
  /** Seed and backup are on disk; the backup isn't known to be published. */
  | { readonly type: "dealt"; readonly commitment: string }
  /** The chain shows the backup of this very seed. */
  | { readonly type: "opened"; readonly commitment: string }
  /** The same, after a catastrophe. */
  | { readonly type: "recovered"; readonly commitment: string };

export type OpeningPhase =
  | { readonly kind: "none" }
  | { readonly kind: "dealing" }
  | { readonly kind: "dealt" }
  | { readonly kind: "open"; readonly commitment: string; readonly isRecovered: boolean };

/** What the contract shows of backups and their owners, proven. */
export interface PublishedKeys {
  /** Rejects unless each participant has published its key. */
  readShareKeys(): Promise<ShareKeys>;
  /** The backup of the version, or null when there is none; and when that was, by the chain's clock. */
  readBackup(): Promise<{ readonly backup: SeedBackup | null; readonly time: number }>;
  /** Calls `publish_seed_backup`. May fail or be lost. */
  publish(backup: SeedBackup): Promise<void>;
}

export interface OpeningPorts {
  readonly journal: Journal<OpeningEntry>;
  readonly seedFile: SeedFile;
  /** Where the backup lies until it is published; it holds no secret. */
  readonly backupFile: SignedFile;
  readonly published: PublishedKeys;
}

export interface OpeningIdentity extends SeedName {
  readonly threshold: number;
  /** The least number of operators that shares are dealt to. */
  readonly owners: number;
  readonly dealer: Ed25519KeyPair;
}

/**
 * A program that can't open for business. Codes: `BACKUP_TAKEN` (another backup was published for the version),
 * `BACKUP_MISSING` (there is none yet), `SEED_UNKNOWN` (what was brought isn't the published seed), `SEED_PRESENT` (it
 * has a seed already), `SHARE_KEYS_MISSING`.
 */
export class OpeningError extends BaseError {
  constructor(
    code: "BACKUP_TAKEN" | "BACKUP_MISSING" | "SEED_UNKNOWN" | "SEED_PRESENT" | "SHARE_KEYS_MISSING",
    reason: string,
  ) {
    const retryable = code === "BACKUP_MISSING" || code === "SHARE_KEYS_MISSING";
    super({ code, shortMessage: `Not open for business: ${reason}.`, retryable });
  }
}

/** Where the journal says that the opening is. */
export function openingPhase(entries: readonly OpeningEntry[]): OpeningPhase {
  const last = entries.at(-1);
  if (last === undefined) return { kind: "none" };
  switch (last.type) {
    case "dealing":
    case "dealt":
      return { kind: last.type };
    case "opened":
    case "recovered":
      return { kind: "open", commitment: last.commitment, isRecovered: last.type === "recovered" };
  }
}

/** Parses one journal line; `undefined` for what isn't an entry. */
export function parseOpeningEntry(value: unknown): OpeningEntry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, commitment } = value as Record<string, unknown>;
  if (type === "dealing") return { type };
  if (typeof commitment !== "string") return undefined;
  return type === "dealt" || type === "opened" || type === "recovered" ? { type, commitment } : undefined;
}

/**
 * Makes the seed of a new version, and opens once the chain shows its backup. To be repeated until it resolves: each
 * step is written down. Rejects with OpeningError, and with what ports throw.
 */
export async function openAsFirst(ports: OpeningPorts, identity: OpeningIdentity): Promise<void> {
  const { journal, published } = ports;
  const phase = openingPhase(journal.entries());
  if (phase.kind === "open") return;
  if (phase.kind === "none") await beginDealing(ports);
  if (phase.kind !== "dealt") await deal(ports, identity);
  const backup = await readDealt(ports);
  const { backup: shown } = await published.readBackup();
  if (shown === null) await published.publish(backup);
  const found = shown ?? (await published.readBackup()).backup;
  if (found === null) throw new OpeningError("BACKUP_MISSING", "the chain doesn't show the backup yet");
  if (jsonDigest(found) !== jsonDigest(backup)) {
    const reason = `another backup of version ${identity.version} was published; build the image with the next version`;
    throw new OpeningError("BACKUP_TAKEN", reason);
  }
  await journal.append({ type: "opened", commitment: backup.commitment });
}

/**
 * Takes a seed that was sealed to this program after a catastrophe, if it is the one whose backup the chain shows.
 * Rejects as `openAsFirst` does; EnvelopeError.
 */
export async function openRecovered(
  { journal, seedFile, published }: OpeningPorts,
  name: SeedName,
  sealKey: KxKeyPair,
  envelope: string,
): Promise<void> {
  if (openingPhase(journal.entries()).kind !== "none")
    throw new OpeningError("SEED_PRESENT", "this program has a seed already");
  const { backup, time } = await published.readBackup();
  if (backup === null) throw new OpeningError("BACKUP_MISSING", "the chain shows no backup of this version");
  const { v: _, expires: __, ...context } = readEnvelopeHeader(envelope);
  // Whoever sealed it: the published commitment says which seed it must be.
  const about = { ...context, to: sealKey.publicKey };
  const seed = openEnvelope(sealKey, { context: about, now: time }, envelope);
  const { commitment } = backup;
  try {
    if (seedCommitment(seed, name) !== commitment)
      throw new OpeningError("SEED_UNKNOWN", "what was brought isn't the seed that was published");
    const present = await seedFile.read();
    // It may have been cut off after writing the very seed.
    if (present !== undefined && seedCommitment(present, name) !== commitment)
      throw new OpeningError("SEED_PRESENT", "this program has another seed");
    await seedFile.write(seed);
  } finally {
    seed.fill(0);
  }
  await journal.append({ type: "recovered", commitment });
}

/** Never a seed that lies there already: whoever put it there may know it. */
async function beginDealing({ journal, seedFile }: OpeningPorts): Promise<void> {
  if ((await seedFile.read()) !== undefined)
    throw new OpeningError("SEED_PRESENT", "there is a seed that this program didn't make");
  await journal.append({ type: "dealing" });
}

async function deal(
  { journal, seedFile, backupFile, published }: OpeningPorts,
  { threshold, owners, dealer, ...name }: OpeningIdentity,
): Promise<void> {
  const keys = await published.readShareKeys();
  if (Object.keys(keys).length < owners)
    throw new OpeningError("SHARE_KEYS_MISSING", `${owners} operators must have published share keys`);
  const seed = new Uint8Array(randomBytes(SEED_BYTES));
  try {
    await seedFile.write(seed);
    const { network, contract, version } = name;
    const backup = await dealSeed(seed, { network, contract, version, threshold, keys }, dealer);
    await backupFile.write(JSON.stringify(backup));
    await journal.append({ type: "dealt", commitment: backup.commitment });
  } finally {
    seed.fill(0);
  }
}

async function readDealt({ backupFile }: OpeningPorts): Promise<SeedBackup> {
  const text = await backupFile.read();
  if (text === undefined) throw new OpeningError("BACKUP_MISSING", "the file with the dealt backup is gone");
  return parseSeedBackup(strictJson(Buffer.from(text), "backup", MAX_BACKUP_BYTES));
}

const MAX_BACKUP_BYTES = 2_097_152;
