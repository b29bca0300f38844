import {
  type ApprovedRecipient,
  approveRecipient,
  attestRecipient,
} from "../../src/approval/approve-recipient.ts";
import type { KxKeyPair } from "../../src/crypto/kx.ts";
import { kxKeyPairFromSeed } from "../../src/crypto/kx.ts";
import { dealSeed } from "../../src/sharing/deal-seed.ts";
import type { Recombination, ReleasedShare } from "../../src/sharing/recombine.ts";
import { releaseShare, type ShareOwner } from "../../src/sharing/release-share.ts";
import type { SeedBackup } from "../../src/sharing/seed-backup.ts";
import {
  COMMITTEE,
  CONTRACT,
  DEV_POLICY,
  keyPair,
  NETWORK,
  NOW,
  OLD_PROGRAM,
  RECIPIENT_ACCOUNT,
  type SampleProgram,
  sampleApproval,
} from "../approval/sample-recipient.ts";

export const DEALER = keyPair(150);
export const SEED = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
export const NAME = { network: NETWORK, contract: CONTRACT, version: 3 };
export const EXPECTED = { ...NAME, dealer: DEALER.publicKey };

export const OPERATORS: readonly ShareOwner[] = [1, 2, 3, 4, 5].map((number) => ({
  account: `node-${number}.testnet`,
  exchange: kxKeyPairFromSeed(Buffer.alloc(32, 100 + number)),
  signing: keyPair(110 + number),
}));
export const SHARE_KEYS = byAccount(({ exchange }) => exchange.publicKey);
export const OWNER_KEYS = byAccount(({ signing }) => signing.publicKey);

export function deal(threshold = 3): Promise<SeedBackup> {
  return dealSeed(SEED, { ...NAME, threshold, keys: SHARE_KEYS }, DEALER);
}

export function approved(
  program: SampleProgram,
  purpose: "share_release" | "safe_mode" = "share_release",
): ApprovedRecipient {
  const use = { network: NETWORK, contract: CONTRACT, account: RECIPIENT_ACCOUNT };
  const attested = attestRecipient(program.recipient, use, NOW, DEV_POLICY);
  const expected = {
    purpose,
    network: NETWORK,
    contract: CONTRACT,
    from: OLD_PROGRAM,
    recipient_account: RECIPIENT_ACCOUNT,
  };
  const rules = { committee: COMMITTEE, expected, now: NOW, maxLifetimeSeconds: 86_400 };
  return approveRecipient(attested, sampleApproval(program, { purpose }), rules);
}

export function release(owner: ShareOwner, backup: SeedBackup, recipient: ApprovedRecipient): ReleasedShare {
  const envelope = releaseShare(owner, { backup, expected: EXPECTED, keys: SHARE_KEYS }, recipient);
  return { owner: owner.account, envelope };
}

export function recombination(backup: SeedBackup, sealKey: KxKeyPair): Recombination {
  const known = { expected: EXPECTED, keys: SHARE_KEYS, ownerKeys: OWNER_KEYS };
  return { backup, ...known, sealKey, session: NOW, now: NOW + 10 };
}

function byAccount(keyOf: (owner: ShareOwner) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(OPERATORS.map((owner) => [owner.account, keyOf(owner)]));
}
