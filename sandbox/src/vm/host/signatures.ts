import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha512 } from "@noble/hashes/sha2.js";
import type { CallState } from "../call-state.ts";
import { payCost } from "../gas-counter.ts";
import { readBlob } from "../guest-memory.ts";
import { HostError } from "../host-error.ts";
import { writeRegister } from "../registers.ts";
import { type HostFunctionTable, hostFunction, since } from "./definition.ts";

export const signatureFunctions: HostFunctionTable = {
  ed25519_verify: hostFunction(6, "l", ed25519Verify),
  p256_verify: since("p256_verify_host_fn", hostFunction(6, "l", p256Verify)),
  ecrecover: hostFunction(7, "l", ecrecover),
};

const SIGNATURE_BYTES = 64;
const ED25519_KEY_BYTES = 32;
const P256_KEY_BYTES = 33;
const HASH_BYTES = 32;
/** First bytes of encoded points: SEC1 compressed with an even y, and the draft of compact ones (x only). */
const EVEN_TAG = 0x02;
const COMPACT_TAG = 0x05;
/** The ecdsa crate takes no prehash shorter than half a field element. */
const P256_MIN_PREHASH_BYTES = 16;

function ed25519Verify(
  state: CallState,
  signatureLength = 0n,
  signaturePointer = 0n,
  messageLength = 0n,
  messagePointer = 0n,
  keyLength = 0n,
  keyPointer = 0n,
): bigint {
  payCost(state.gas, "ed25519_verify_base");
  const signature = readBlob(state, signatureLength, signaturePointer);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new HostError("Ed25519VerifyInvalidInput", { msg: "invalid signature length" });
  }
  if ((signature[SIGNATURE_BYTES - 1]! & 0b1110_0000) !== 0) return 0n;
  const message = readBlob(state, messageLength, messagePointer);
  payCost(state.gas, "ed25519_verify_byte", BigInt(message.length));
  const key = readBlob(state, keyLength, keyPointer);
  if (key.length !== ED25519_KEY_BYTES) {
    throw new HostError("Ed25519VerifyInvalidInput", { msg: "invalid public key length" });
  }
  return isDalekSignature(signature, message, key) ? 1n : 0n;
}

/**
 * ed25519-dalek's `verify`: cofactorless, keys of small order allowed, keys may be non-canonical, s canonical,
 * R compared as bytes. noble's own `verify` differs in these corners.
 */
function isDalekSignature(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  const { Point } = ed25519;
  const order = Point.Fn.ORDER;
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= order) return false;
  try {
    const a = Point.fromBytes(key, true);
    const k = littleEndian(sha512(Buffer.concat([r, key, message]))) % order;
    const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
    return Buffer.compare(expected.toBytes(), r) === 0;
  } catch {
    return false;
  }
}

function p256Verify(
  state: CallState,
  signatureLength = 0n,
  signaturePointer = 0n,
  messageLength = 0n,
  messagePointer = 0n,
  keyLength = 0n,
  keyPointer = 0n,
): bigint {
  payCost(state.gas, "p256_verify_base");
  const signature = readBlob(state, signatureLength, signaturePointer);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new HostError("P256VerifyInvalidInput", { msg: "invalid signature length" });
  }
  if (!areScalars(signature, p256.Point.Fn.ORDER)) return 0n;
  const message = readBlob(state, messageLength, messagePointer);
  payCost(state.gas, "p256_verify_byte", BigInt(message.length));
  const key = readBlob(state, keyLength, keyPointer);
  if (key.length !== P256_KEY_BYTES) {
    throw new HostError("P256VerifyInvalidInput", { msg: "invalid public key length" });
  }
  if (message.length < P256_MIN_PREHASH_BYTES) return 0n;
  try {
    const publicKey = key[0] === COMPACT_TAG ? fromCompact(key) : key;
    return p256.verify(signature, message, publicKey, { prehash: false, lowS: false }) ? 1n : 0n;
  } catch {
    return 0n;
  }
}

/** A compressed key from a compact one, which stands for the point with the lower y. Throws if there is no point. */
function fromCompact(key: Uint8Array): Uint8Array {
  const point = p256.Point.fromBytes(Uint8Array.from([EVEN_TAG, ...key.subarray(1)]));
  const other = point.negate();
  return (point.toAffine().y < other.toAffine().y ? point : other).toBytes();
}

function ecrecover(
  state: CallState,
  hashLength = 0n,
  hashPointer = 0n,
  signatureLength = 0n,
  signaturePointer = 0n,
  v = 0n,
  malleabilityFlag = 0n,
  register = 0n,
): bigint {
  payCost(state.gas, "ecrecover_base");
  const signature = readBlob(state, signatureLength, signaturePointer);
  requireLength("signature", signature, SIGNATURE_BYTES);
  if (v > 3n) {
    throw recoverError(`V recovery byte 0 through 3 are valid but was provided ${v}`);
  }
  const hash = readBlob(state, hashLength, hashPointer);
  requireLength("hash", hash, HASH_BYTES);
  if (malleabilityFlag > 1n) {
    throw recoverError(`Malleability flag needs to be 0 or 1, but is instead ${malleabilityFlag}`);
  }
  const key = recoverKey(signature, hash, Number(v), malleabilityFlag === 1n);
  if (key === null) return 0n;
  writeRegister(state.registers, state.gas, register, key);
  return 1n;
}

/** 64 bytes of an uncompressed key; null when nothing can be recovered or a refused upper s is given. */
function recoverKey(
  signature: Uint8Array,
  hash: Uint8Array,
  v: number,
  lowSOnly: boolean,
): Uint8Array | null {
  if (!areScalars(signature, secp256k1.Point.Fn.ORDER)) return null;
  try {
    const parsed = secp256k1.Signature.fromBytes(signature, "compact");
    if (lowSOnly && parsed.hasHighS()) return null;
    return parsed.addRecoveryBit(v).recoverPublicKey(hash).toBytes(false).slice(1);
  } catch {
    return null;
  }
}

/** Whether both halves are in 1..order-1. */
function areScalars(signature: Uint8Array, order: bigint): boolean {
  return [signature.subarray(0, 32), signature.subarray(32)].every((half) => {
    const value = BigInt(`0x${Buffer.from(half).toString("hex")}`);
    return value > 0n && value < order;
  });
}

function requireLength(what: string, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) {
    throw recoverError(`The length of the ${what}: ${bytes.length}, exceeds the limit of ${expected} bytes`);
  }
}

function recoverError(msg: string): HostError {
  return new HostError("ECRecoverError", { msg });
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
