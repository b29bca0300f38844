/** Commands of upgrade transparency and seed backups by labels. */
import type {
  AccountId,
  Ed25519Signature,
  SeedVersion,
  Sha256Hex,
  UnixSeconds,
  Url,
} from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import type { HexBytes } from "../../src/protocol/requests/signature-request.ts";
import type { ConfirmHandover, PublishSeedBackup } from "../../src/protocol/transparency/commands.ts";
import { handoverReceiptText, shareKeyText } from "../../src/protocol/transparency/signed-texts.ts";
import type { HandoverName, RolloutPolicy } from "../../src/protocol/transparency/transparency.ts";
import { x25519 } from "./governance.ts";
import { sha256Hex, signMessage, tlsKey } from "./keys.ts";
import { account, NETWORK_ID } from "./network.ts";
import { timeAt } from "./transparency-world.ts";
import { CONTRACT } from "./world.ts";

const SIGNED_FOR = { network_id: NETWORK_ID, contract_id: CONTRACT };

export const codeHash = (label: string): Sha256Hex => sha256Hex(`code ${label}`) as Sha256Hex;
export const sourceUrl = (label: string): Url => `https://code.example/${label}` as Url;
export const nonceOf = (label: string): HexBytes => sha256Hex(`nonce ${label}`) as HexBytes;

export const proposeHash = (label: string): Command => ({
  type: "propose_code_hash",
  code_hash: codeHash(label),
  url: sourceUrl(label),
});
export const voteHash = (label: string): Command => ({ type: "vote_code_hash", code_hash: codeHash(label) });
export const revokeHash = (label: string): Command => ({
  type: "vote_revoke_code_hash",
  code_hash: codeHash(label),
});
export const votePolicy = (policy: RolloutPolicy): Command => ({ type: "vote_rollout_policy", policy });

export const anchorCall = (
  label: string,
  handover: HandoverName | null = null,
  backup: number | null = null,
): Command => ({
  type: "anchor",
  nonce: nonceOf(label),
  handover,
  seed_backup: backup as SeedVersion | null,
});

/** `name` publishes a key; the TLS key `tlsLabel` signs for the account `whose`. */
export function shareKey(name: string, label = name, tlsLabel = name, whose = name): Command {
  const public_key = x25519(`share ${label}`);
  const text = shareKeyText(SIGNED_FOR, account(whose), public_key);
  return { type: "publish_share_key", public_key, proof: signMessage(tlsLabel, text) };
}

/** Shares for these accounts, in this order. */
export function seedBackup(
  version: number,
  names: readonly string[] = ["a", "b", "c"],
  change: Partial<PublishSeedBackup> = {},
): PublishSeedBackup {
  return {
    type: "publish_seed_backup",
    version: version as SeedVersion,
    commitment: sha256Hex(`seed ${version}`) as Sha256Hex,
    threshold: 2,
    shares: names.map((name): [AccountId, string] => [account(name), `{"sealed":"share of ${name}"}`]),
    ...change,
  };
}

/** From the program `from` to the program `to`, by the labels of their TLS keys. */
export function handoverName(version: number, from: string, to: string): HandoverName {
  return { version: version as SeedVersion, from: tlsKey(from), to: tlsKey(to) };
}

/** A receipt that expires at the time of this height, signed by `to`. */
export function handover(
  version: number,
  from: string,
  to: string,
  expiresOn: number,
  label = "receipt",
): ConfirmHandover {
  const name = handoverName(version, from, to);
  const receipt_hash = sha256Hex(label) as Sha256Hex;
  const expires: UnixSeconds = timeAt(expiresOn);
  const text = handoverReceiptText(SIGNED_FOR, name, { receipt_hash, expires });
  const signature: Ed25519Signature = signMessage(to, text);
  return { type: "confirm_handover", ...name, receipt_hash, expires, signature };
}
