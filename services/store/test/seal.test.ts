import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { open, type SealContext, sameContext, seal } from "../seal.ts";
import { storeKeyFromBytes } from "../store-key.ts";

const KEY = storeKeyFromBytes(new Uint8Array(32).fill(7));
const CONTEXT: SealContext = {
  network: "testnet",
  contract: "mpc.near",
  account: "a.near",
  keyset_hash: "ab".repeat(32),
  epoch_id: 4,
};

describe("behavior: sealing", () => {
  test("what was sealed opens, with its context", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plaintext) => {
        const opened = open(KEY, seal(KEY, CONTEXT, plaintext));
        assert.ok(opened.kind === "opened");
        assert.deepEqual(Buffer.from(opened.plaintext), Buffer.from(plaintext));
        assert.ok(sameContext(opened.context, CONTEXT));
      }),
    );
  });

  test("every cut of a file is recognised", () => {
    const file = seal(KEY, CONTEXT, Buffer.from("secret"));
    for (let length = 0; length < file.length; length += 1) {
      assert.equal(open(KEY, file.subarray(0, length)).kind, "damaged", `${length} of ${file.length} bytes`);
    }
  });

  test("every changed byte of header, nonce and contents is recognised", () => {
    const file = seal(KEY, CONTEXT, Buffer.from("secret"));
    for (let at = 0; at < file.length; at += 1) {
      const changed = file.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.notEqual(open(KEY, changed).kind, "opened", `byte ${at}`);
    }
  });

  test("a file under another key is told from a damaged one", () => {
    const other = storeKeyFromBytes(new Uint8Array(32).fill(8));
    assert.deepEqual(open(KEY, seal(other, CONTEXT, Buffer.from("x"))), {
      kind: "other_key",
      key_id: other.id,
    });
  });

  test("contexts that differ in any field aren't the same", () => {
    const others: SealContext[] = [
      { ...CONTEXT, network: "mainnet" },
      { ...CONTEXT, contract: "other.near" },
      { ...CONTEXT, account: "b.near" },
      { ...CONTEXT, keyset_hash: "cd".repeat(32) },
      { ...CONTEXT, epoch_id: 5 },
    ];
    for (const other of others) assert.equal(sameContext(CONTEXT, other), false);
  });
});
