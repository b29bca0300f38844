import { base58 } from "@scure/base";
import type { Ed25519Signature, SignerKey, TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import { type Ed25519KeyPair, signBytes, tlsPublicKey } from "./keys.ts";

/** What a TLS key says that it belongs to. Source: contract.md §4, rule 4. */
export interface TlsKeyClaim {
  /** The contract's `config.network_id`. */
  readonly networkId: string;
  readonly contractId: string;
  readonly accountId: string;
  readonly role: "node" | "backup_service";
  /** The access key that signs the transaction which carries the proof. */
  readonly signerKey: SignerKey;
}

/** The `tls_key_proof` argument: the TLS key's signature that it serves this account, role and signer key. */
export function signTlsKeyProof(tlsKeyPair: Ed25519KeyPair, claim: TlsKeyClaim): Ed25519Signature {
  const message = tlsKeyProofMessage(claim, tlsPublicKey(tlsKeyPair.publicKey));
  const signature = signBytes(tlsKeyPair, Buffer.from(message, "utf8"));
  return `ed25519:${base58.encode(signature)}` as string as Ed25519Signature;
}

function tlsKeyProofMessage(claim: TlsKeyClaim, tlsKey: TlsPublicKey): string {
  const { networkId, contractId, accountId, role, signerKey } = claim;
  return ["mpc-recovery/tls-key/v1", networkId, contractId, accountId, role, tlsKey, signerKey].join("\n");
}
