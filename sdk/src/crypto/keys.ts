import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { base58 } from "@scure/base";
import { equalBytes } from "./equal-bytes.ts";
import { badKey, type Ed25519PublicKey, formatPublicKey, parseKeyText, parsePublicKey } from "./key-texts.ts";

export {
  type Ed25519PublicKey,
  formatPublicKey,
  KeyError,
  type KeyKind,
  parseKey,
  parsePublicKey,
  signerKey,
  tlsPublicKey,
  x25519PublicKey,
} from "./key-texts.ts";

/** The public key's text and the private key, held in an object that no logger prints. */
export interface Ed25519KeyPair {
  readonly publicKey: Ed25519PublicKey;
  readonly privateKey: KeyObject;
}

/** A new key pair from the operating system's randomness. */
export function generateEd25519KeyPair(): Ed25519KeyPair {
  return ed25519KeyPairFromSeed(randomBytes(SEED_BYTES));
}

/** The key pair of a 32-byte seed (RFC 8032 private key). Throws KeyError `BAD_KEY` on another length. */
export function ed25519KeyPairFromSeed(seed: Uint8Array): Ed25519KeyPair {
  if (seed.length !== SEED_BYTES) {
    throw badKey(`An ed25519 seed has ${SEED_BYTES} bytes, this one has ${seed.length}.`);
  }
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return { publicKey: formatPublicKey("ed25519", spki.subarray(SPKI_PREFIX.length)), privateKey };
}

/**
 * The key pair of a NEAR secret key text, `ed25519:<base58 of seed and public key>` (64 bytes).
 *
 * Throws KeyError `BAD_KEY` when its public half isn't the seed's, `WRONG_KEY_KIND` for other kinds.
 */
export function ed25519KeyPairFromSecretKey(text: string): Ed25519KeyPair {
  const bytes = parseKeyText(text, "ed25519", SECRET_KEY_BYTES, "secret key", "");
  const keyPair = ed25519KeyPairFromSeed(bytes.subarray(0, SEED_BYTES));
  if (!equalBytes(parsePublicKey(keyPair.publicKey, "ed25519"), bytes.subarray(SEED_BYTES))) {
    throw badKey("The two halves of this ed25519 secret key don't belong together.");
  }
  return keyPair;
}

/** The secret key in NEAR's text form, for key files and signers only. Handle it as a secret. */
export function secretKeyText(keyPair: Ed25519KeyPair): string {
  const pkcs8 = keyPair.privateKey.export({ type: "pkcs8", format: "der" });
  const seed = pkcs8.subarray(PKCS8_PREFIX.length);
  return `ed25519:${base58.encode(Buffer.concat([seed, parsePublicKey(keyPair.publicKey, "ed25519")]))}`;
}

/** Ed25519 signature (64 bytes, RFC 8032) over the message itself, not over a hash of it. */
export function signBytes(keyPair: Ed25519KeyPair, message: Uint8Array): Uint8Array {
  return sign(null, message, keyPair.privateKey);
}

/** Whether the signature is the key's over this message. Throws KeyError when the key isn't ed25519. */
export function verifyBytes(publicKey: string, message: Uint8Array, signature: Uint8Array): boolean {
  const spki = Buffer.concat([SPKI_PREFIX, parsePublicKey(publicKey, "ed25519")]);
  return verify(null, message, createPublicKey({ key: spki, format: "der", type: "spki" }), signature);
}

const SEED_BYTES = 32;
const SECRET_KEY_BYTES = 64;
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
