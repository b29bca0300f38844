import { type Evidence, parseEvidence } from "../attestation/evidence.ts";
import type { AttestedKeys } from "../attestation/report-data.ts";
import { strictHex, strictObject, strictText } from "../attestation/strict-fields.ts";
import { canonicalJson } from "../crypto/canonical-json.ts";
import { type Ed25519KeyPair, signBytes, verifyBytes, x25519PublicKey } from "../crypto/keys.ts";

/** The JSON of an evidence file: what a program shows to get a seed or shares sealed to it. */
export interface Recipient extends AttestedKeys {
  readonly evidence: Evidence;
  /** `x25519:…`, the key to seal to. */
  readonly seal_key: string;
  /** By the attested TLS key, 64 bytes, lower-case hex: this seal key is mine, for this network and account. */
  readonly seal_key_proof: string;
}

/** Where a seal key counts. */
export interface SealKeyUse {
  readonly network: string;
  readonly contract: string;
  readonly account: string;
}

/** Reads an evidence file's JSON. Throws FormatError, and KeyError for another kind of key. */
export function parseRecipient(value: unknown): Recipient {
  const names = ["evidence", "tls_public_key", "account_public_key", "seal_key", "seal_key_proof"];
  const fields = strictObject(value, "recipient", names);
  return {
    evidence: parseEvidence(fields.evidence),
    tls_public_key: strictText(fields.tls_public_key, "recipient.tls_public_key", /^ed25519:/, 64),
    account_public_key: strictText(
      fields.account_public_key,
      "recipient.account_public_key",
      /^ed25519:/,
      64,
    ),
    seal_key: x25519PublicKey(strictText(fields.seal_key, "recipient.seal_key", /^x25519:/, 64)),
    seal_key_proof: Buffer.from(
      strictHex(fields.seal_key_proof, "recipient.seal_key_proof", 64, 64),
    ).toString("hex"),
  };
}

/** The proof that goes with a seal key. */
export function signSealKey(tlsKeyPair: Ed25519KeyPair, sealKey: string, use: SealKeyUse): string {
  return Buffer.from(signBytes(tlsKeyPair, sealKeyBytes(sealKey, use))).toString("hex");
}

/** Whether the recipient's TLS key says that the seal key is its own. Throws KeyError for a key of another kind. */
export function isSealKeyProven(recipient: Recipient, use: SealKeyUse): boolean {
  const proof = Buffer.from(recipient.seal_key_proof, "hex");
  return verifyBytes(recipient.tls_public_key, sealKeyBytes(recipient.seal_key, use), proof);
}

function sealKeyBytes(seal_key: string, { network, contract, account }: SealKeyUse): Uint8Array {
  const claim = canonicalJson({ account, contract, network, seal_key });
  return Buffer.from(`mpc-recovery/seal-key/v1\n${claim}`, "utf8");
}
