import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, describe, it } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { callContract } from "./host.ts";
import { buildProbe } from "./probe.ts";

const SOURCE = `
const parts = (n) => { const all = env.input(); return [all.slice(0, n), all.slice(n)]; };
const answer = (bytes) => env.value_return(bytes === null ? "NULL" : bytes);
export function sha3() { env.value_return(env.sha3_256(env.input())); }
export function derive32() { const [key, tweak] = parts(32); answer(env.derive_public_key(key, tweak)); }
export function derive64() { const [key, tweak] = parts(64); answer(env.derive_public_key(key, tweak)); }
export function derive33() { const [key, tweak] = parts(33); answer(env.derive_public_key(key, tweak)); }
export function from_hex() { answer(env.hex_decode(env.input_utf8())); }
`;

const SEED = 20_261_121;
const scalars = () => fc.uint8Array({ minLength: 32, maxLength: 32 });
const edges = [
  0n,
  1n,
  8n,
  ed25519.Point.Fn.ORDER,
  secp256k1.Point.Fn.ORDER,
  2n ** 255n - 19n,
  2n ** 256n - 1n,
];
const littleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
const bigEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const to32 = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

describe("derived keys in the engine", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(SOURCE);
  });
  const result = (method: string, ...input: readonly Uint8Array[]): Buffer =>
    Buffer.from(callContract(wasm, method, { input: Buffer.concat(input) }).result ?? []);

  it("behavior: SHA3-256 is that of OpenSSL at every length around its blocks", () => {
    for (const length of [0, 1, 44, 134, 135, 136, 137, 271, 272, 273, 500]) {
      const bytes = Buffer.alloc(length, (length % 251) + 1);
      const expected = createHash("sha3-256").update(bytes).digest();
      assert.deepEqual(result("sha3", bytes), expected, `length ${length}`);
    }
  });

  it("behavior: an edwards25519 key plus tweak times the base point is that of @noble/curves", () => {
    const { Point } = ed25519;
    const check = (secret: Uint8Array, tweak: Uint8Array) => {
      const key = Point.BASE.multiplyUnsafe(littleEndian(secret) % Point.Fn.ORDER);
      const expected = key.add(Point.BASE.multiplyUnsafe(littleEndian(tweak) % Point.Fn.ORDER));
      assert.equal(result("derive32", key.toBytes(), tweak).toString("hex"), expected.toHex());
    };
    for (const edge of edges) check(to32(7n), to32(edge).reverse());
    for (const edge of edges) check(to32(edge).reverse(), to32(2n ** 255n + 12345n));
    fc.assert(fc.property(scalars(), scalars(), check), { numRuns: 40, seed: SEED });
  });

  it("behavior: keys with torsion are added as they are, bytes that are no point give nothing", () => {
    const { Point } = ed25519;
    const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
    const mixed = Point.BASE.add(torsion);
    assert.equal(
      result("derive32", mixed.toBytes(), to32(5n).reverse()).toString("hex"),
      mixed.add(Point.BASE.multiply(5n)).toHex(),
    );
    const isPoint = (bytes: Uint8Array) => {
      try {
        return Point.fromBytes(bytes, true) !== undefined;
      } catch {
        return false;
      }
    };
    let none = 0;
    for (let at = 0; at < 64; at++) {
      const bytes = createHash("sha256").update(`no point ${at}`).digest();
      const found = result("derive32", bytes, to32(1n)).toString();
      assert.equal(found !== "NULL", isPoint(bytes), `case ${at}`);
      if (found === "NULL") none++;
    }
    assert.ok(none > 10);
  });

  it("behavior: a secp256k1 key plus tweak times the base point is that of @noble/curves", () => {
    const { Point } = secp256k1;
    const check = (secret: Uint8Array, tweak: Uint8Array) => {
      const key = Point.BASE.multiply((bigEndian(secret) % (Point.Fn.ORDER - 1n)) + 1n);
      const sum = key.add(Point.BASE.multiplyUnsafe(bigEndian(tweak) % Point.Fn.ORDER));
      const found = result("derive64", key.toBytes(false).subarray(1), tweak);
      if (sum.is0()) assert.equal(found.toString(), "NULL");
      else assert.equal(found.toString("hex"), sum.toHex(false).slice(2));
    };
    for (const edge of edges) check(to32(41n), to32(edge));
    check(to32(8n), to32(Point.Fn.ORDER - 9n));
    fc.assert(fc.property(scalars(), scalars(), check), { numRuns: 40, seed: SEED });
  });

  it("behavior: other lengths give nothing; hex is read in either case", () => {
    assert.equal(result("derive33", new Uint8Array(33), new Uint8Array(32)).toString(), "NULL");
    assert.equal(result("derive32", new Uint8Array(32), new Uint8Array(31)).toString(), "NULL");
    assert.deepEqual(result("from_hex", Buffer.from("00fFaB9")).toString(), "NULL");
    assert.deepEqual(result("from_hex", Buffer.from("00fFaB91")), Buffer.from("00ffab91", "hex"));
    for (const bad of ["0g", "g0", "0x", "/0", ":0", "@0", "`0", "  "]) {
      assert.equal(result("from_hex", Buffer.from(bad)).toString(), "NULL", bad);
    }
  });
});
