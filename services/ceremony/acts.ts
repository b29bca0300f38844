import { createHash, randomBytes } from "node:crypto";
import type { Ed25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import type { KxKeyPair } from "../../sdk/src/crypto/kx.ts";
import { dealSeed } from "../../sdk/src/sharing/deal-seed.ts";
import { openOwnShare } from "../../sdk/src/sharing/release-share.ts";
import { checkSeedBackup } from "../../sdk/src/sharing/seed-backup.ts";
import type { CeremonyBody } from "./body.ts";
import { type Ceremony, followCeremony, shareKeys } from "./follow.ts";
import { nextEntry, type TranscriptEntry, TranscriptError } from "./transcript.ts";

/** The transcript with one act more; the same checks as a stranger's decide whether the act belongs there. */
export function withAct(
  entries: readonly TranscriptEntry[],
  author: Ed25519KeyPair,
  at: number,
  body: CeremonyBody,
): readonly TranscriptEntry[] {
  const extended = [...entries, nextEntry(entries, author, at, body)];
  followCeremony(extended);
  return extended;
}

/**
 * A new seed and its backup for the ceremony. The caller keeps the seed sealed, and wipes it.
 *
 * @param evidence what the dealer shows about itself, for strangers to check by its hash
 */
export async function dealForCeremony(
  { plan }: Ceremony,
  dealer: Ed25519KeyPair,
  evidence: Uint8Array | null,
): Promise<{ readonly seed: Uint8Array; readonly body: CeremonyBody }> {
  const seed = new Uint8Array(randomBytes(32));
  const backup = await dealSeed(seed, { ...plan, keys: shareKeys(plan) }, dealer);
  const evidence_sha256 = evidence && createHash("sha256").update(evidence).digest("hex");
  return { seed, body: { act: "dealt", backup, evidence_sha256 } };
}

/** Opens the participant's share and says so. Throws SharingError for a share that isn't what was committed to. */
export function confirmShare({ plan, backup }: Ceremony, account: string, exchange: KxKeyPair): CeremonyBody {
  if (backup === null) throw new TranscriptError("TRANSCRIPT_ORDER", 0, "nothing was dealt yet");
  const header = checkSeedBackup(backup, plan, shareKeys(plan)).get(account);
  openOwnShare({ account, exchange }, backup, header).fill(0);
  return { act: "confirmed", account, share_commitment: header!.keyset_hash };
}

/** The facilitator's last act. */
export function closing({ backup }: Ceremony): CeremonyBody {
  if (backup === null) throw new TranscriptError("TRANSCRIPT_ORDER", 0, "nothing was dealt yet");
  return { act: "closed", commitment: backup.commitment };
}
