import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { base58 } from "@scure/base";
import { parsePublicKey } from "./public-key.ts";

/** DER of an Ed25519 SubjectPublicKeyInfo up to the key's 32 bytes. */
const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");
/** DER of an Ed25519 PKCS#8 private key up to the seed's 32 bytes. */
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Signs with a secret key in NEAR's text form, `ed25519:<base58 of seed and public key>`. Throws for other keys. */
export function ed25519Signer(secretKey: string): (message: Uint8Array) => Uint8Array {
  if (!secretKey.startsWith("ed25519:")) throw new Error("expected a secret key 'ed25519:<base58>'");
  const bytes = base58.decode(secretKey.slice("ed25519:".length));
  if (bytes.length !== 64 && bytes.length !== 32)
    throw new Error(`expected 64 bytes of secret key, found ${bytes.length}`);
  const der = Buffer.concat([ED25519_PKCS8, bytes.subarray(0, 32)]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return (message) => new Uint8Array(sign(null, message, key));
}

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
