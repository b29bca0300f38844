import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { base58 } from "@scure/base";
import type { SignerKey, TlsPublicKey, X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import { BaseError } from "../errors/base-error.ts";
import { equalBytes } from "./equal-bytes.ts";

/** What a key is for. The kind is part of the text form, so that one can't stand where another belongs. */
export type KeyKind = "ed25519" | "x25519" | "secp256k1";

/** An Ed25519 public key in NEAR's text form, `ed25519:<base58 of 32 bytes>`, always canonical. */
export type Ed25519PublicKey = `ed25519:${string}`;

/** The public key's text and the private key, held in an object that no logger prints. */
export interface Ed25519KeyPair {
  readonly publicKey: Ed25519PublicKey;
  readonly privateKey: KeyObject;
}

/**
 * A key text or key that isn't what the caller asked for.
 *
 * Codes: `BAD_KEY` (not `<kind>:<base58>` of the right length), `WRONG_KEY_KIND` (a well-formed prefix of
 * another kind). The message quotes public keys only, never a secret.
 */
export class KeyError extends BaseError {}

/**
 * Raw bytes of a public key text of exactly the given kind: 32 for ed25519 and x25519, 64 for secp256k1.
 *
 * Throws KeyError `WRONG_KEY_KIND` or `BAD_KEY`.
 */
export function parsePublicKey(text: string, kind: KeyKind): Uint8Array {
  return parseKeyText(text, kind, PUBLIC_KEY_BYTES[kind], "public key", quoted(text));
}

/** Text form of a public key: `<kind>:<base58>`. Throws KeyError `BAD_KEY` on a wrong length. */
export function formatPublicKey(kind: "ed25519", bytes: Uint8Array): Ed25519PublicKey;
export function formatPublicKey(kind: KeyKind, bytes: Uint8Array): string;
export function formatPublicKey(kind: KeyKind, bytes: Uint8Array): string {
  if (bytes.length !== PUBLIC_KEY_BYTES[kind]) {
    throw badKey(`A ${kind} public key has ${PUBLIC_KEY_BYTES[kind]} bytes, this one has ${bytes.length}.`);
  }
  return `${kind}:${base58.encode(bytes)}`;
}

/** Checks the text of a TLS key (ed25519). Throws KeyError as `parsePublicKey` does. */
export function tlsPublicKey(text: string): TlsPublicKey {
  return formatPublicKey("ed25519", parsePublicKey(text, "ed25519")) as string as TlsPublicKey;
}

/** Checks the text of a NEAR access key of kind ed25519. Throws KeyError as `parsePublicKey` does. */
export function signerKey(text: string): SignerKey {
  return formatPublicKey("ed25519", parsePublicKey(text, "ed25519")) as string as SignerKey;
}

/** Checks the text of a key-exchange key (x25519). Throws KeyError as `parsePublicKey` does. */
export function x25519PublicKey(text: string): X25519PublicKey {
  return formatPublicKey("x25519", parsePublicKey(text, "x25519")) as string as X25519PublicKey;
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

const PUBLIC_KEY_BYTES: Record<KeyKind, number> = { ed25519: 32, x25519: 32, secp256k1: 64 };
const SEED_BYTES = 32;
const SECRET_KEY_BYTES = 64;
// Decoding base58 takes quadratic time, so overlong texts are refused before it.
const MAX_KEY_TEXT_LENGTH = 120;
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

function parseKeyText(text: string, kind: KeyKind, length: number, what: string, shown: string): Uint8Array {
  const separator = text.indexOf(":");
  const prefix = text.slice(0, Math.max(separator, 0));
  if (prefix !== kind && prefix in PUBLIC_KEY_BYTES) {
    throw new KeyError({
      code: "WRONG_KEY_KIND",
      shortMessage: `Expected a ${kind} ${what}, found a key of kind ${prefix}${shown}.`,
      metaMessages: ["Keys of different kinds have the same length but can't replace each other."],
      retryable: false,
    });
  }
  const bytes = prefix === kind ? decodeBase58(text.slice(separator + 1)) : undefined;
  if (bytes === undefined || bytes.length !== length) {
    throw badKey(`Expected a ${what} as ${kind}:<base58 of ${length} bytes>${shown && `, found${shown}`}.`);
  }
  return bytes;
}

function decodeBase58(text: string): Uint8Array | undefined {
  if (text.length === 0 || text.length > MAX_KEY_TEXT_LENGTH) return undefined;
  try {
    return base58.decode(text);
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  const short = text.length > MAX_KEY_TEXT_LENGTH ? `${text.slice(0, MAX_KEY_TEXT_LENGTH)}…` : text;
  return ` ${JSON.stringify(short)}`;
}

function badKey(shortMessage: string): KeyError {
  return new KeyError({ code: "BAD_KEY", shortMessage, retryable: false });
}
