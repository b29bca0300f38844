import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { FunctionCallOutcome } from "../../src/vm/interface.ts";
import { call, withHost } from "./call.ts";

const SECRET = new Uint8Array(32).fill(7);
const DIGEST = createHash("sha256").update("message").digest();
const IMPORTS = `
  (import "env" "ed25519_verify" (func $ed25519 (param i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "p256_verify" (func $p256 (param i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "ecrecover" (func $ecrecover (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "value_return" (func $return (param i64 i64)))`;

/** Runs a function over memory and returns what it answered. */
function answer(memory: Uint8Array, expression: string, after = ""): [bigint, FunctionCallOutcome] {
  const text = [...memory].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
  const body = `(i64.store (i32.const 1000) ${expression}) ${after || "(call $return (i64.const 8) (i64.const 1000))"}`;
  const outcome = call(withHost(IMPORTS, text, body));
  assert.equal(outcome.error, null);
  assert.ok(outcome.returnValue.kind === "Value");
  const { bytes } = outcome.returnValue;
  return [bytes.length === 8 ? Buffer.from(bytes).readBigUInt64LE() : -1n, outcome];
}

const verify = (name: string, keyLength: number): string =>
  `(call $${name} (i64.const 64) (i64.const 0) (i64.const 32) (i64.const 64) (i64.const ${keyLength}) (i64.const 96))`;

test("behavior: ed25519_verify says yes to a signature and no to another message", () => {
  const signature = ed25519.sign(DIGEST, SECRET);
  const key = ed25519.getPublicKey(SECRET);
  const [good, outcome] = answer(Buffer.concat([signature, DIGEST, key]), verify("ed25519", 32));
  assert.equal(good, 1n);
  assert.equal(outcome.gasProfile.get("ed25519_verify_base"), 210_000_000_000n);
  assert.equal(outcome.gasProfile.get("ed25519_verify_byte"), 32n * 9_000_000n);
  const other = createHash("sha256").update("other").digest();
  assert.equal(answer(Buffer.concat([signature, other, key]), verify("ed25519", 32))[0], 0n);
});

test("behavior: ed25519_verify is dalek's: a key of small order verifies where R is right", () => {
  // With the neutral element as key, R = sB holds for every message: s = 1, R = B.
  const neutral = Uint8Array.from([1, ...new Uint8Array(31)]);
  const s = Uint8Array.from([1, ...new Uint8Array(31)]);
  const memory = Buffer.concat([ed25519.Point.BASE.toBytes(), s, DIGEST, neutral]);
  assert.equal(answer(memory, verify("ed25519", 32))[0], 1n);
});

test("behavior: p256_verify takes the message as the digest and upper s too", () => {
  const signature = p256.sign(DIGEST, SECRET, { prehash: false, lowS: false });
  const key = p256.getPublicKey(SECRET);
  assert.equal(answer(Buffer.concat([signature, DIGEST, key]), verify("p256", 33))[0], 1n);
  const { r, s } = p256.Signature.fromBytes(signature, "compact");
  const flipped = new p256.Signature(r, p256.Point.Fn.ORDER - s).toBytes("compact");
  assert.equal(answer(Buffer.concat([flipped, DIGEST, key]), verify("p256", 33))[0], 1n);
  const zero = new Uint8Array(64);
  assert.equal(answer(Buffer.concat([zero, DIGEST, key]), verify("p256", 33))[0], 0n);
});

test("behavior: p256_verify takes a compact key as the point with the lower y", () => {
  const secrets = [1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte));
  const lower = p256.Point.Fp.ORDER / 2n;
  const answers = secrets.map((secret) => {
    const key = p256.getPublicKey(secret);
    const signature = p256.sign(DIGEST, secret, { prehash: false, lowS: false });
    const compact = Uint8Array.from([5, ...key.subarray(1)]);
    const [found] = answer(Buffer.concat([signature, DIGEST, compact]), verify("p256", 33));
    assert.equal(found, p256.Point.fromBytes(key).toAffine().y <= lower ? 1n : 0n);
    return found;
  });
  assert.deepEqual([...new Set(answers)].sort(), [0n, 1n], "expected keys of both kinds");
});

test("behavior: ecrecover returns the signer's key and refuses upper s only when asked", () => {
  const signed = secp256k1.sign(DIGEST, SECRET, { prehash: false, format: "recovered" });
  const [recovery, signature] = [signed[0]!, signed.subarray(1)];
  const recover = (v: number, strict: number): string =>
    `(call $ecrecover (i64.const 32) (i64.const 64) (i64.const 64) (i64.const 0) (i64.const ${v})
       (i64.const ${strict}) (i64.const 5))`;
  const memory = Buffer.concat([signature, DIGEST]);
  const [, outcome] = answer(memory, recover(recovery, 1), "(call $return (i64.const -1) (i64.const 5))");
  assert.ok(outcome.returnValue.kind === "Value");
  assert.deepEqual(outcome.returnValue.bytes, secp256k1.getPublicKey(SECRET, false).slice(1));
  const { r, s } = secp256k1.Signature.fromBytes(signature, "compact");
  const upper = new secp256k1.Signature(r, secp256k1.Point.Fn.ORDER - s).toBytes("compact");
  const malleable = Buffer.concat([upper, DIGEST]);
  assert.equal(answer(malleable, recover(1 - recovery, 0))[0], 1n);
  assert.equal(answer(malleable, recover(1 - recovery, 1))[0], 0n);
});
