import { base58 } from "@scure/base";
import type { AccountId, Ed25519Signature, X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import { shareKeyText } from "../../../contract/src/protocol/transparency/signed-texts.ts";
import { type Ed25519KeyPair, signBytes } from "./keys.ts";

/** Whose key for shares of seeds it is. Source: recovery-services.md §7, `publish_share_key`. */
export interface ShareKeyOwner {
  /** The contract's `config.network_id`. */
  readonly networkId: string;
  readonly contractId: string;
  readonly accountId: string;
  readonly publicKey: X25519PublicKey;
}

/** The `proof` argument of `publish_share_key`: the participant's TLS key signs that its account publishes the key. */
export function signShareKeyProof(
  tlsKeyPair: Ed25519KeyPair,
  { networkId, contractId, accountId, publicKey }: ShareKeyOwner,
): Ed25519Signature {
  const signedFor = { network_id: networkId, contract_id: contractId as AccountId };
  const text = shareKeyText(signedFor, accountId as AccountId, publicKey);
  return `ed25519:${base58.encode(signBytes(tlsKeyPair, Buffer.from(text, "utf8")))}` as string as Ed25519Signature;
}
