import { randomBytes } from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { blake2b } from "@noble/hashes/blake2.js";
import type { X25519PublicKey } from "../../../contract/src/protocol/brand.ts";
import { formatPublicKey, KeyError, parsePublicKey, x25519PublicKey } from "./keys.ts";

/**
 * An X25519 key pair for one exchange. `secretKey` (32 bytes) isn't enumerable, so that neither JSON nor a logger
 * shows it.
 */
export interface KxKeyPair {
  readonly publicKey: X25519PublicKey;
  readonly secretKey: Uint8Array;
}

/** What one side encrypts with (`send`) and decrypts with (`receive`); 32 bytes each. */
export interface KxSessionKeys {
  readonly receive: Uint8Array;
  readonly send: Uint8Array;
}

/** A new key pair from the operating system's randomness. */
export function generateKxKeyPair(): KxKeyPair {
  const seed = randomBytes(SEED_BYTES);
  const keyPair = kxKeyPairFromSeed(seed);
  seed.fill(0);
  return keyPair;
}

/**
 * The key pair of a 32-byte seed, as libsodium's `crypto_kx_seed_keypair` makes it: the secret key is the seed's
 * BLAKE2b-256. Throws KeyError `BAD_KEY` on another length.
 */
export function kxKeyPairFromSeed(seed: Uint8Array): KxKeyPair {
  if (seed.length !== SEED_BYTES) {
    throw badKey(`A key exchange's seed has ${SEED_BYTES} bytes, this one has ${seed.length}.`);
  }
  const secretKey = blake2b(seed, { dkLen: SECRET_KEY_BYTES });
  const publicKey = x25519PublicKey(formatPublicKey("x25519", x25519.getPublicKey(secretKey)));
  return Object.defineProperty({ publicKey }, "secretKey", { value: secretKey }) as KxKeyPair;
}

/**
 * Session keys of the side that opened the exchange: libsodium's `crypto_kx_client_session_keys`.
 *
 * Throws KeyError `WRONG_KEY_KIND` or `BAD_KEY`, the latter also for a point of small order, with which anybody
 * could compute the keys.
 */
export function kxClientKeys(own: KxKeyPair, serverPublicKey: string): KxSessionKeys {
  const { first, second } = derive(own, serverPublicKey, { client: own.publicKey, server: serverPublicKey });
  return { receive: first, send: second };
}

/** Session keys of the other side: libsodium's `crypto_kx_server_session_keys`. Throws as `kxClientKeys` does. */
export function kxServerKeys(own: KxKeyPair, clientPublicKey: string): KxSessionKeys {
  const { first, second } = derive(own, clientPublicKey, { client: clientPublicKey, server: own.publicKey });
  return { receive: second, send: first };
}

/** Overwrites the secret key, after which the pair is useless. Copies that the engine made may remain. */
export function eraseKxKeyPair(keyPair: KxKeyPair): void {
  keyPair.secretKey.fill(0);
}

const SEED_BYTES = 32;
const SECRET_KEY_BYTES = 32;
const SESSION_KEY_BYTES = 32;

function derive(
  own: KxKeyPair,
  peerPublicKey: string,
  { client, server }: { readonly client: string; readonly server: string },
): { readonly first: Uint8Array; readonly second: Uint8Array } {
  // An erased secret would make keys that anybody can compute.
  if (own.secretKey.every((byte) => byte === 0)) throw badKey("This key pair was erased after its exchange.");
  const shared = sharedSecret(own, parsePublicKey(peerPublicKey, "x25519"));
  const keys = blake2b.create({ dkLen: 2 * SESSION_KEY_BYTES });
  for (const part of [shared, parsePublicKey(client, "x25519"), parsePublicKey(server, "x25519")]) {
    keys.update(part);
  }
  shared.fill(0);
  const bytes = keys.digest();
  return { first: bytes.slice(0, SESSION_KEY_BYTES), second: bytes.slice(SESSION_KEY_BYTES) };
}

function sharedSecret(own: KxKeyPair, peer: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(own.secretKey, peer);
  } catch {
    throw badKey("Expected an x25519 public key of large order, found one with which there is no secret.");
  }
}

function badKey(shortMessage: string): KeyError {
  return new KeyError({ code: "BAD_KEY", shortMessage, retryable: false });
}
