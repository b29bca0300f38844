import { base58 } from "@scure/base";
import {
  verifyEphemeralKeyProof as checkProof,
  ephemeralKeyProofMessage,
} from "../../../contract/src/interface/ephemeral-key-proof.ts";
import type { AccountId, Ed25519Signature, X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import type { EphemeralKeyPurpose, TlsKeyRole } from "../../../contract/src/protocol/records.ts";
import { type Ed25519KeyPair, signBytes, tlsPublicKey, verifyBytes } from "./keys.ts";

/** What a TLS key says of a key for one exchange. Source: contract.md §3, `submit_ephemeral_key`. */
export interface EphemeralKeyOwner {
  /** The contract's `config.network_id`. */
  readonly networkId: string;
  readonly contractId: string;
  readonly accountId: string;
  readonly role: TlsKeyRole;
  readonly purpose: EphemeralKeyPurpose;
  readonly session: number;
  readonly publicKey: X25519PublicKey;
}

/** The `proof` argument of `submit_ephemeral_key`: the TLS key's signature that it publishes this key. */
export function signEphemeralKeyProof(
  tlsKeyPair: Ed25519KeyPair,
  owner: EphemeralKeyOwner,
): Ed25519Signature {
  const message = ephemeralKeyProofMessage(claimOf(owner));
  const signature = signBytes(tlsKeyPair, Buffer.from(message, "utf8"));
  return `ed25519:${base58.encode(signature)}` as string as Ed25519Signature;
}

/** Whether `proof` is that TLS key's. False for anything that isn't a signature; throws KeyError for another key. */
export function verifyEphemeralKeyProof(
  tlsKey: string,
  owner: EphemeralKeyOwner,
  proof: Ed25519Signature,
): boolean {
  const claim = { ...claimOf(owner), tls_public_key: tlsPublicKey(tlsKey) };
  return checkProof(claim, proof, decode, (signature, message) =>
    verifyBytes(tlsKey, Buffer.from(message, "utf8"), signature),
  );
}

function claimOf(owner: EphemeralKeyOwner) {
  const { role, purpose, session, publicKey } = owner;
  return {
    network_id: owner.networkId,
    contract_id: owner.contractId as AccountId,
    account_id: owner.accountId as AccountId,
    role,
    purpose,
    session,
    public_key: publicKey,
  };
}

// Longer than any signature; decoding base58 takes quadratic time.
const MAX_SIGNATURE_TEXT = 100;

function decode(text: string): Uint8Array | null {
  try {
    return text.length > MAX_SIGNATURE_TEXT ? null : base58.decode(text);
  } catch {
    return null;
  }
}
