/** The texts (their UTF-8 bytes) that TLS keys sign for `publish_share_key` and `confirm_handover`. */
import type { AccountId, X25519PublicKey } from "../brand.ts";
import type { HandoverName, HandoverReceipt } from "./transparency.ts";

/** Which contract a text is for. */
export interface SignedFor {
  readonly network_id: string;
  readonly contract_id: AccountId;
}

/** Signed by the member's registered TLS key: the account publishes this key for shares of seeds. */
export function shareKeyText(
  { network_id, contract_id }: SignedFor,
  account_id: AccountId,
  public_key: X25519PublicKey,
): string {
  return `mpc-recovery/share-key/v1\n${network_id}\n${contract_id}\n${account_id}\n${public_key}`;
}

/**
 * Signed by the handover's recipient. The expiry is part of it: else a receipt that got lost could be filed with a later
 * one, after the sender went on serving.
 */
export function handoverReceiptText(
  { network_id, contract_id }: SignedFor,
  { version, from }: Omit<HandoverName, "to">,
  { receipt_hash, expires }: Omit<HandoverReceipt, "signature">,
): string {
  return `mpc-recovery/handover-receipt/v2\n${network_id}\n${contract_id}\n${version}\n${from}\n${receipt_hash}\n${expires}`;
}
