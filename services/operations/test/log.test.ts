import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { generateEd25519KeyPair, secretKeyText } from "../../../sdk/src/crypto/keys.ts";
import { redact } from "../log.ts";

const CANARY = "canary-4711";
const NAMES = ["secret", "secret_key", "private_key", "keyshares", "share", "plaintext", "body", "storeKey"];

describe("behavior: what a log never shows", () => {
  test("a value under a telling name, at any depth, in lists too", () => {
    const name = fc.constantFrom(...NAMES);
    const path = fc.array(fc.oneof(fc.constant("[]"), fc.constantFrom("a", "b", "error")), { maxLength: 6 });
    fc.assert(
      fc.property(name, path, fc.constantFrom(CANARY, [CANARY], { x: CANARY }), (last, above, value) => {
        const nested = above.reduceRight<unknown>(
          (inner, step) => (step === "[]" ? [inner] : { [step]: inner }),
          { [last]: value, kept: "yes" },
        );
        const text = JSON.stringify(redact({ nested }));
        assert.ok(!text.includes(CANARY), text);
        assert.ok(text.includes('"kept":"yes"'), text);
      }),
    );
  });

  test("secret keys by their form, in any text, also of errors; bytes; what is nested too deep", () => {
    const keyPair = generateEd25519KeyPair();
    const secret = secretKeyText(keyPair);
    const age = `AGE-SECRET-KEY-1${"Q".repeat(58)}`;
    const deep = Array.from({ length: 20 }).reduce<unknown>((inner) => ({ inner }), CANARY);
    const text = JSON.stringify(
      redact({
        message: `a ${secret} b`,
        list: [age],
        cause: new Error(secret),
        bytes: Buffer.from(CANARY),
        deep,
      }),
    );
    for (const each of [secret.slice(8), age, CANARY, Buffer.from(CANARY).toString("base64")])
      assert.ok(!text.includes(each), text);
    assert.match(text, /"message":"a \[redacted\] b"/);
  });

  test("what operators need stays: public keys, hashes, counts, reasons", () => {
    const fields = {
      tls_public_key: generateEd25519KeyPair().publicKey,
      group_key: `secp256k1:${"5".repeat(88)}`,
      keyset_hash: "ab".repeat(32),
      count: 2,
      reason: "superseded",
      message: "expected shares of keyset 1, found 2",
      none: null,
    };
    assert.deepEqual(redact(fields), fields);
  });
});
