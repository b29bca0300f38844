import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { before, describe, it } from "node:test";
import { base58 } from "@scure/base";
import fc from "fast-check";
import { callContract, resultText } from "./host.ts";
import { buildProbe } from "./probe.ts";

const SOURCE = `
import { near } from "near-sdk-js";
const parts = () => { const all = env.input(); const n = all[0]; return [all.slice(1, 1 + n), all.slice(1 + n)]; };
export function echo_text() {
  const text = env.input_utf8();
  env.value_return(text === undefined ? "INVALID" : text);
}
export function echo_bytes() { env.value_return(env.input()); }
export function store() { env.log_utf8(String(env.storage_write("k", env.input()))); }
export function load_text() {
  const text = env.storage_read_utf8("k");
  env.value_return(text === null ? "MISSING" : text === undefined ? "INVALID" : text);
}
export function load_register() { if (env.storage_read("k", 0) === 1n) env.value_return(0); }
export function remove() { env.value_return([env.storage_has("k"), env.storage_remove("k"), env.storage_has("k")].join()); }
export function sdk() {
  near.storageWrite("sdk", "grüße");
  near.log(near.storageRead("sdk"), near.storageHasKey("nothing"));
  near.valueReturn(near.predecessorAccountId() + " " + near.blockHeight() + " " + near.attachedDeposit());
}
export function who() {
  env.value_return([env.current_account_id(), env.signer_account_id(), env.predecessor_account_id(),
    env.signer_account_pk_text(), env.signer_account_pk().length, env.block_height(), env.block_timestamp(),
    env.used_gas(), env.account_balance(), env.attached_deposit(), env.attached_deposit_number(),
    env.storage_usage_bytes()].join(" "));
}
export function hash() { env.value_return(env.sha256(env.input())); }
export function verify() {
  const [key, rest] = parts();
  env.value_return(String(env.ed25519_verify(rest.slice(0, 64), rest.slice(64), key)));
}
export function to_base58() { env.value_return(env.base58_encode(env.input())); }
export function from_base58() {
  const bytes = env.base58_decode(env.input_utf8());
  env.value_return(bytes === null ? "BAD" : bytes);
}
export function to_hex() { env.value_return(env.hex_encode(env.input())); }
export function surrogate() { env.value_return("a\\ud800b\\udc00\\ud83d\\ude00"); }
export function promises() {
  const p = env.promise_batch_create("x.near");
  env.promise_batch_action_transfer(p, 2n ** 127n + 5n);
  env.promise_batch_action_function_call(p, "m", "{}", 0, 5_000_000_000_000);
  env.promise_batch_action_function_call(p, "m", "{}", 1n << 64n, (1n << 64n) - 1n);
  env.write_register(3, "code!");
  env.promise_batch_action_deploy_contract(p, 3);
  env.promise_yield_create("later", "{}", 10n, 1, 0);
  env.promise_yield_resume(env.read_register(0), "done");
}
export function too_much() { env.promise_batch_action_transfer(0, 2n ** 128n); }
export function negative() { env.promise_batch_action_transfer(0, -1n); }
export function fraction() { env.promise_batch_action_transfer(0, 1.5); }
`;

const bytes = () => fc.uint8Array({ maxLength: 100 });
const same = (a: Uint8Array | null, b: Uint8Array) => assert.deepEqual(Buffer.from(a!), Buffer.from(b));

describe("env", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe(SOURCE);
  });

  it("behavior: input as text is what a strict UTF-8 decoder gives, and undefined for anything else", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const mixed = fc.oneof(
      bytes(),
      fc.string({ unit: "binary" }).map((s) => new TextEncoder().encode(s)),
    );
    const edges = [
      "c080",
      "c1bf",
      "e09fbf",
      "eda080",
      "f08fbfbf",
      "f4908080",
      "f48fbfbf",
      "ef",
      "f09f98",
      "00",
    ];
    fc.assert(
      fc.property(
        fc.oneof(mixed, fc.constantFrom(...edges.map((h) => new Uint8Array(Buffer.from(h, "hex"))))),
        (b) => {
          let expected = "INVALID";
          try {
            expected = strict.decode(b);
          } catch {}
          assert.equal(resultText(callContract(wasm, "echo_text", { input: b })), expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("behavior: bytes pass through input, storage and registers unchanged", () => {
    fc.assert(
      fc.property(bytes(), (b) => {
        const storage = new Map<string, Uint8Array>();
        same(callContract(wasm, "echo_bytes", { input: b }).result, b);
        assert.deepEqual(callContract(wasm, "store", { input: b, storage }).logs, ["false"]);
        assert.deepEqual(callContract(wasm, "store", { input: b, storage }).logs, ["true"]);
        same(callContract(wasm, "load_register", { storage }).result, b);
      }),
      { numRuns: 40 },
    );
  });

  it("behavior: stored text is told apart from missing and from invalid", () => {
    const read = (storage: Map<string, Uint8Array>) =>
      resultText(callContract(wasm, "load_text", { storage }));
    assert.equal(read(new Map()), "MISSING");
    assert.equal(read(new Map([["k", new Uint8Array([0xff])]])), "INVALID");
    assert.equal(read(new Map([["k", new TextEncoder().encode("grüße 😀")]])), "grüße 😀");
    const storage = new Map([["k", new Uint8Array(1)]]);
    assert.equal(resultText(callContract(wasm, "remove", { storage })), "true,true,false");
  });

  it("behavior: near-sdk-js's near.* works on this env", () => {
    const outcome = callContract(wasm, "sdk", { depositYocto: 2n ** 100n });
    assert.deepEqual(outcome.logs, ["grüße false"]);
    assert.equal(resultText(outcome), `bob.near 100 ${2n ** 100n}`);
  });

  it("behavior: context values keep all their digits", () => {
    const signerKey = new Uint8Array([0, ...Array.from({ length: 32 }, (_, i) => i)]);
    const text = resultText(
      callContract(wasm, "who", { signerKey, depositYocto: 1n, blockHeight: 3_000_000_000n }),
    );
    const key = `ed25519:${base58.encode(signerKey.slice(1))}`;
    assert.equal(
      text,
      `contract.near alice.near bob.near ${key} 33 3000000000 1700000000123456789 ${2n ** 63n + 1n} ` +
        `${2n ** 128n - 1n} 1 1 1000`,
    );
    const secp = new Uint8Array(65).fill(200);
    secp[0] = 1;
    assert.match(
      resultText(callContract(wasm, "who", { signerKey: secp })),
      new RegExp(` secp256k1:${base58.encode(secp.slice(1))} 65 `),
    );
  });

  it("behavior: hashes, hex and base58 agree with Node and scure", () => {
    fc.assert(
      fc.property(bytes(), (b) => {
        same(callContract(wasm, "hash", { input: b }).result, createHash("sha256").update(b).digest());
        assert.equal(
          Buffer.from(callContract(wasm, "to_hex", { input: b }).result!).toString(),
          Buffer.from(b).toString("hex"),
        );
        const text = base58.encode(b);
        assert.equal(Buffer.from(callContract(wasm, "to_base58", { input: b }).result!).toString(), text);
        same(callContract(wasm, "from_base58", { input: text }).result, b);
      }),
      { numRuns: 40 },
    );
  });

  it("behavior: base58 refuses foreign characters and over-long values", () => {
    const decode = (input: string) => Buffer.from(callContract(wasm, "from_base58", { input }).result!);
    for (const bad of [
      "0",
      "l",
      "ab c",
      "ü",
      base58.encode(new Uint8Array(129).fill(255)),
      "1".repeat(129),
    ]) {
      assert.equal(decode(bad).toString(), "BAD", bad);
    }
    const full = new Uint8Array(128).fill(255);
    same(decode(base58.encode(full)), full);
    const zeros = new Uint8Array(128);
    same(decode(base58.encode(zeros)), zeros);
    assert.match(
      callContract(wasm, "to_base58", { input: new Uint8Array(129) }).panic!,
      /RangeError.*at most 128/,
    );
  });

  it("behavior: ed25519_verify tells good signatures from bad ones and never ends the call", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const key = publicKey.export({ format: "der", type: "spki" }).subarray(12);
    const signature = sign(null, Buffer.from("hello"), privateKey);
    const verified = (k: Buffer, s: Buffer, m: string) =>
      resultText(
        callContract(wasm, "verify", {
          input: Buffer.concat([Buffer.from([k.length]), k, s, Buffer.from(m)]),
        }),
      );
    assert.equal(verified(key, signature, "hello"), "true");
    assert.equal(verified(key, signature, "hellO"), "false");
    assert.equal(verified(key.subarray(1), signature, "hello"), "false");
    assert.equal(verified(key, Buffer.alloc(10), ""), "false");
  });

  it("behavior: lone surrogates leave as U+FFFD, pairs as they are", () => {
    assert.equal(resultText(callContract(wasm, "surrogate")), "a\ufffdb\ufffd\u{1f600}");
  });

  it("behavior: promises carry amounts and gas exactly, and refuse what is out of range", () => {
    assert.deepEqual(callContract(wasm, "promises").promises, [
      ["create", "x.near"],
      ["transfer", 0n, 2n ** 127n + 5n],
      ["call", 0n, "m", "{}", 0n, 5_000_000_000_000n],
      ["call", 0n, "m", "{}", 2n ** 64n, 2n ** 64n - 1n],
      ["deploy", 0n, 5],
      ["yield", "later", "{}", 10n, 1n],
      ["resume", 32, "done"],
    ]);
    for (const method of ["too_much", "negative", "fraction"]) {
      const { panic, promises } = callContract(wasm, method);
      assert.match(panic!, /RangeError: expected a whole number from 0 to 2\^128 - 1/);
      assert.deepEqual(promises, []);
    }
  });
});
