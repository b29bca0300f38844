import {
  FormatError,
  strictInteger,
  strictList,
  strictObject,
  strictText,
} from "../attestation/strict-fields.ts";
import { readSignedHeader } from "../crypto/envelope.ts";
import type { EnvelopeHeader } from "../crypto/envelope-header.ts";
import type { SeedName } from "./commitments.ts";
import { SharingError } from "./sharing-error.ts";

/** A seed's shares as they are published, in the shape of the contract's `publish_seed_backup`. */
export interface SeedBackup {
  readonly version: number;
  /** Of the seed: `seedCommitment`. */
  readonly commitment: string;
  readonly threshold: number;
  /** Account and envelope; the envelope's `keyset_hash` is the share's own commitment. Sorted by account. */
  readonly shares: readonly (readonly [account: string, envelope: string])[];
}

/** Whom a dealer seals shares to, by account: `x25519:…`. */
export type ShareKeys = Readonly<Record<string, string>>;

export const MAX_SHARES = 255;
export const MIN_THRESHOLD = 2;
/** How long a sealed share may be, published or released. */
export const MAX_ENVELOPE_CHARACTERS = 4_096;

/** Reads a backup's JSON. Throws FormatError. */
export function parseSeedBackup(value: unknown): SeedBackup {
  const fields = strictObject(value, "backup", ["version", "commitment", "threshold", "shares"]);
  strictInteger(fields.version, "backup.version", 0, 0xffff_ffff);
  strictText(fields.commitment, "backup.commitment", /^[0-9a-f]{64}$/, 64);
  const shares = strictList(fields.shares, "backup.shares", MIN_THRESHOLD, MAX_SHARES);
  strictInteger(fields.threshold, "backup.threshold", MIN_THRESHOLD, shares.length);
  shares.forEach((share, index) => {
    const [account, envelope] = strictList(share, `backup.shares[${index}]`, 2, 2);
    strictText(account, `backup.shares[${index}][0]`, /^[a-z0-9._-]{2,64}$/, 64);
    strictText(envelope, `backup.shares[${index}][1]`, /^\{/, MAX_ENVELOPE_CHARACTERS);
    const before = shares[index - 1];
    if (Array.isArray(before) && before[0] >= (account as string)) {
      throw new FormatError(`backup.shares[${index}]`, "another account, after the one before");
    }
  });
  return fields as unknown as SeedBackup;
}

/** What a published backup must be about. */
export interface ExpectedBackup extends SeedName {
  /** The TLS key of the program that dealt the shares. */
  readonly dealer: string;
}

/**
 * Checks the public part of a backup: that each share is for this seed, signed by this dealer, and for all these keys
 * and no others.
 *
 * @returns the commitment to each share, by account
 * @throws SharingError `BACKUP_MISMATCH`; EnvelopeError
 */
export function checkSeedBackup(
  backup: SeedBackup,
  expected: ExpectedBackup,
  keys: ShareKeys,
): ReadonlyMap<string, EnvelopeHeader> {
  const owners = backup.shares.map(([account]) => account);
  if (owners.join() !== Object.keys(keys).sort().join()) {
    throw mismatch(`shares for ${Object.keys(keys).sort().join(", ")}`, owners.join(", "));
  }
  if (backup.version !== expected.version) throw mismatch(`version ${expected.version}`, `${backup.version}`);
  return new Map(
    backup.shares.map(([account, envelope]) => [account, checkShare(account, envelope, expected, keys)]),
  );
}

function checkShare(
  account: string,
  envelope: string,
  { network, contract, version, dealer }: ExpectedBackup,
  keys: ShareKeys,
): EnvelopeHeader {
  const header = readSignedHeader(envelope);
  const wanted = {
    purpose: "share",
    network,
    contract,
    account,
    epoch: version,
    from: dealer,
    to: keys[account],
  };
  for (const [name, value] of Object.entries(wanted)) {
    const found = header[name as keyof EnvelopeHeader];
    if (found !== value) throw mismatch(`${name} ${value} in the share of ${account}`, `${found}`);
  }
  return header;
}

function mismatch(expected: string, found: string): SharingError {
  return new SharingError("BACKUP_MISMATCH", `Expected a backup with ${expected}, found ${found}.`);
}
