/** Keys and proofs for tests, made from labels so that every run has the same ones. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { base58Encode } from "../../src/interface/base58.ts";
import { tlsKeyProofMessage, type VerifyEd25519 } from "../../src/interface/tls-key-proof.ts";
import type { Ed25519Signature, SignerKey, TlsPublicKey } from "../../src/protocol/brand.ts";
import type { TlsKeyClaim } from "../../src/protocol/context.ts";

const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const made = new Map<string, { secret: KeyObject; raw: Uint8Array }>();

export function tlsKey(label: string): TlsPublicKey {
  return publicText(`tls ${label}`) as TlsPublicKey;
}

export function signerKey(label: string): SignerKey {
  return publicText(`signer ${label}`) as SignerKey;
}

/** Borsh form of a signer key, as the chain shows it to a contract. */
export function signerKeyBytes(label: string): Uint8Array {
  return Buffer.concat([Buffer.of(0), keyOf(`signer ${label}`).raw]);
}

/** The TLS key of this label signs the claim. */
export function proofBy(label: string, claim: TlsKeyClaim): Ed25519Signature {
  const signature = sign(null, Buffer.from(tlsKeyProofMessage(claim)), keyOf(`tls ${label}`).secret);
  return `ed25519:${base58Encode(signature)}` as Ed25519Signature;
}

export const verifyEd25519: VerifyEd25519 = (signature, message, publicKey) => {
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, publicKey]),
    format: "der",
    type: "spki",
  });
  return verify(null, Buffer.from(message), key, signature);
};

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function publicText(label: string): string {
  return `ed25519:${base58Encode(keyOf(label).raw)}`;
}

function keyOf(label: string): { secret: KeyObject; raw: Uint8Array } {
  const known = made.get(label);
  if (known) return known;
  const seed = createHash("sha256").update(label).digest();
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  const der = createPublicKey(secret).export({ format: "der", type: "spki" });
  const key = { secret, raw: new Uint8Array(der.subarray(SPKI_PREFIX.length)) };
  made.set(label, key);
  return key;
}
