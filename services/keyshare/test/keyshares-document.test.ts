import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { KEYSHARE_LIMITS, type Keyshare } from "../keyshare.ts";
import {
  decodeKeysharesDocument,
  encodeKeysharesDocument,
  KeysharesDocumentInvalid,
  keysharesDocument,
} from "../keyshares-document.ts";
import { sampleKeyset, sampleShares } from "./samples.ts";

const DOCUMENT = keysharesDocument(sampleKeyset(), sampleShares(sampleKeyset(), 0));

function refusal(value: unknown): string {
  try {
    decodeKeysharesDocument(Buffer.from(JSON.stringify(value)));
  } catch (error) {
    assert.ok(error instanceof KeysharesDocumentInvalid);
    return error.message;
  }
  return assert.fail("expected a refusal");
}

const withShare = (changes: Record<string, unknown>) => ({
  ...DOCUMENT,
  keyshares: [{ ...(DOCUMENT.keyshares[0] as Keyshare), ...changes }],
});

describe("behavior: keyshares documents", () => {
  test("what was encoded decodes to the same", () => {
    const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const word = fc.string({ minLength: 1, maxLength: 60 });
    const share = fc.record(
      {
        domain_id: number,
        epoch_id: number,
        attempt: number,
        public_key: word,
        scheme: word,
        secret: word,
      },
      { noNullPrototype: true },
    );
    const domain = fc.record({ domain_id: number, key: word, attempt: number }, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(share), number, fc.array(domain), (shares, epoch_id, domains) => {
        const document = keysharesDocument({ epoch_id, domains }, shares);
        assert.deepEqual(decodeKeysharesDocument(encodeKeysharesDocument(document)), document);
      }),
    );
  });

  test("each malformed field is named, no value is shown", () => {
    assert.match(refusal(withShare({ attempt: -1 })), /2\^53 - 1 at keyshares\[0\]\.attempt/);
    assert.match(refusal(withShare({ epoch_id: 2 ** 53 })), /keyshares\[0\]\.epoch_id/);
    assert.match(refusal(withShare({ secret: "" })), /keyshares\[0\]\.secret/);
    assert.match(refusal(withShare({ secret: { canary: 1 } })), /keyshares\[0\]\.secret/);
    assert.match(refusal(withShare({ more: 1 })), /exactly the fields/);
    assert.match(refusal({ ...DOCUMENT, format: "v2" }), /format/);
    assert.match(refusal({ ...DOCUMENT, keyset: null }), /an object at keyset/);
    assert.match(refusal([]), /an object at the document/);
    assert.doesNotMatch(refusal(withShare({ attempt: "canary-4711" })), /canary/);
  });

  test("caps are kept to the character", () => {
    const longest = "s".repeat(KEYSHARE_LIMITS.secretCharacters);
    const bytes = Buffer.from(JSON.stringify(withShare({ secret: longest })));
    assert.equal(decodeKeysharesDocument(bytes).keyshares[0]?.secret.length, longest.length);
    assert.match(refusal(withShare({ secret: `${longest}s` })), /1 to 65536 characters/);
    const many = new Array(KEYSHARE_LIMITS.keyshares + 1).fill(DOCUMENT.keyshares[0]);
    assert.match(refusal({ ...DOCUMENT, keyshares: many }), /a list of at most 1024/);
  });

  test("no byte string makes it throw anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.throws(() => decodeKeysharesDocument(bytes), KeysharesDocumentInvalid);
      }),
    );
  });
});
