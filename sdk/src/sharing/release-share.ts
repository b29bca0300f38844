import type { ApprovedRecipient } from "../approval/approve-recipient.ts";
import { openEnvelope, sealEnvelope } from "../crypto/envelope.ts";
import type { EnvelopeHeader } from "../crypto/envelope-header.ts";
import { equalKeyTexts } from "../crypto/equal-bytes.ts";
import { type Ed25519KeyPair, x25519PublicKey } from "../crypto/keys.ts";
import { eraseKxKeyPair, generateKxKeyPair, type KxKeyPair } from "../crypto/kx.ts";
import { shareCommitment } from "./commitments.ts";
import { checkSeedBackup, type ExpectedBackup, type SeedBackup, type ShareKeys } from "./seed-backup.ts";
import { SharingError } from "./sharing-error.ts";

/** Who releases a share: the key that the share is sealed to, and the key that vouches for the release. */
export interface ShareOwner {
  readonly account: string;
  readonly exchange: KxKeyPair;
  readonly signing: Ed25519KeyPair;
}

/**
 * Opens one's own share and seals it to a recipient; possible only towards one that is attested and approved.
 *
 * Throws SharingError, EnvelopeError.
 */
export function releaseShare(
  owner: ShareOwner,
  { backup, expected, keys }: { backup: SeedBackup; expected: ExpectedBackup; keys: ShareKeys },
  { sealKey, statement }: ApprovedRecipient,
): string {
  const { network, contract } = expected;
  if (
    statement.purpose !== "share_release" ||
    statement.network !== network ||
    statement.contract !== contract
  ) {
    throw new SharingError("BACKUP_MISMATCH", "Expected an approval to release shares of this very seed.");
  }
  const header = checkSeedBackup(backup, expected, keys).get(owner.account);
  const share = openOwnShare(owner, backup, header);
  const exchange = generateKxKeyPair();
  try {
    const { purpose, account, epoch, keyset_hash } = header!;
    const about = { purpose, network, contract, account, epoch, keyset_hash, to: x25519PublicKey(sealKey) };
    const address = { ...about, session: statement.issued_at, expires: statement.expires };
    return sealEnvelope({ exchange, signing: owner.signing }, address, share);
  } finally {
    share.fill(0);
    eraseKxKeyPair(exchange);
  }
}

/** Opens the share and compares it with its commitment, as owners do in drills. Throws as `releaseShare` does. */
export function openOwnShare(
  { account, exchange }: Pick<ShareOwner, "account" | "exchange">,
  backup: SeedBackup,
  header: EnvelopeHeader | undefined,
): Uint8Array {
  const envelope = backup.shares.find(([owner]) => owner === account)?.[1];
  if (envelope === undefined || header === undefined) {
    throw new SharingError("SHARE_NOT_OURS", `The backup holds no share for ${account}.`);
  }
  const share = openEnvelope(exchange, { context: header, now: 0 }, envelope);
  requireCommitted(share, header, backup);
  return share;
}

/** Refuses a share that isn't the committed one of its owner. Throws SharingError `SHARE_CORRUPT`. */
export function requireCommitted(
  share: Uint8Array,
  { network, contract, epoch: version, account, keyset_hash }: EnvelopeHeader,
  { commitment, threshold }: SeedBackup,
): void {
  const found = shareCommitment(share, { network, contract, version, commitment, threshold }, account);
  if (equalKeyTexts(found, keyset_hash)) return;
  throw new SharingError("SHARE_CORRUPT", `The share of ${account} isn't the one that was committed to.`);
}
