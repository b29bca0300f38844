import { createPublicKey, verify } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { parsePublicKey } from "./public-key.ts";

/** DER of an Ed25519 SubjectPublicKeyInfo up to the key's 32 bytes. */
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");

/**
 * Whether `signature` (kind byte and bytes) over the 32-byte `message` is `publicKey`'s. Ed25519 is checked by
 * OpenSSL, which like nearcore's ed25519-dalek compares R's encoding without multiplying by the cofactor.
 */
export function isSignatureValid(publicKey: string, message: Uint8Array, signature: Uint8Array): boolean {
  const key = parsePublicKey(publicKey);
  if (key[0] !== signature[0]) return false;
  try {
    return key[0] === 0
      ? verifyEd25519(key.subarray(1), message, signature.subarray(1))
      : verifySecp256k1(key.subarray(1), message, signature.subarray(1));
  } catch {
    return false;
  }
}

function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const spki = Buffer.concat([ED25519_SPKI, key]);
  return verify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
}

/** Like nearcore, the recovery id must be one of four but isn't used, and a high S is refused. */
function verifySecp256k1(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature[64]! > 3) return false;
  const options = { prehash: false, lowS: true } as const;
  return secp256k1.verify(signature.subarray(0, 64), message, Uint8Array.of(4, ...key), options);
}
