import { base58 } from "@scure/base";
import { tlsKeyProofMessage } from "../../../contract/src/interface/tls-key-proof.ts";
import type { AccountId, Ed25519Signature, SignerKey } from "../../../contract/src/protocol/brand.ts";
import { type Ed25519KeyPair, signBytes, tlsPublicKey } from "./keys.ts";

/** What a TLS key says that it belongs to. Source: contract.md §4, rule 4. */
export interface TlsKeyOwner {
  /** The contract's `config.network_id`. */
  readonly networkId: string;
  readonly contractId: string;
  readonly accountId: string;
  readonly role: "node" | "backup_service";
  /**
   * The access key to be recorded for the role: a node's is the one that signs the call, a backup service's the
   * one in `backup_service_info`.
   */
  readonly signerKey: SignerKey;
}

/** The `tls_key_proof` argument: the TLS key's signature that it serves this account, role and signer key. */
export function signTlsKeyProof(tlsKeyPair: Ed25519KeyPair, owner: TlsKeyOwner): Ed25519Signature {
  const message = tlsKeyProofMessage({
    network_id: owner.networkId,
    contract_id: owner.contractId as AccountId,
    account_id: owner.accountId as AccountId,
    role: owner.role,
    tls_public_key: tlsPublicKey(tlsKeyPair.publicKey),
    signer_account_pk: owner.signerKey,
  });
  const signature = signBytes(tlsKeyPair, Buffer.from(message, "utf8"));
  return `ed25519:${base58.encode(signature)}` as string as Ed25519Signature;
}
