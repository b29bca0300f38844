import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { base58 } from "@scure/base";
import fc from "fast-check";
import { canonicalJson } from "../../src/crypto/canonical-json.ts";
import { openEnvelope, sealEnvelope } from "../../src/crypto/envelope.ts";
import { EnvelopeError } from "../../src/crypto/envelope-error.ts";
import {
  ENVELOPE_LIMITS,
  type EnvelopeContext,
  type EnvelopePurpose,
} from "../../src/crypto/envelope-header.ts";
import { signBytes } from "../../src/crypto/keys.ts";
import { NOW, RECEIVER, SENDER, STRANGER, sampleAddress, sampleContext } from "./envelope-samples.ts";

const PURPOSES: readonly EnvelopePurpose[] = ["backup", "recovery", "share", "handover"];
const PLAIN = Buffer.from("canary-4711");

interface Parts {
  header: Record<string, unknown>;
  body: string;
  signature: string;
}

const sealed = (purpose: EnvelopePurpose = "recovery") => sealEnvelope(SENDER, sampleAddress(purpose), PLAIN);
const partsOf = (text: string): Parts => JSON.parse(text);
const openAs = (text: string, context: EnvelopeContext = sampleContext(), now = NOW) =>
  openEnvelope(RECEIVER, { context, now }, text);

function refusal(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    assert.ok(error instanceof EnvelopeError, String(error));
    assert.doesNotMatch(error.message, /canary/);
    return error.code;
  }
  return assert.fail("expected a refusal");
}

/** Another valid value of every header field; a new field without one fails the test below. */
const OTHERS: Readonly<Record<string, readonly unknown[]>> = {
  v: [0, 2, "1"],
  purpose: ["backup", "share", "handover", "other", null],
  network: ["mainnet", "testnet2", "", "Testnet"],
  contract: ["mpc2.near", "a.near"],
  account: ["b.near", "mpc.near"],
  epoch: [3, 5, 0, -1, 4.5, "4"],
  keyset_hash: ["cd".repeat(32), `${"ab".repeat(31)}aa`, "AB".repeat(32), ""],
  session: [6, 8, 0, "7"],
  expires: [NOW, NOW + 2, NOW + 1_000_000, 0],
  epk: [STRANGER.exchange.publicKey, RECEIVER.publicKey, sampleContext().from],
  to: [STRANGER.exchange.publicKey, SENDER.exchange.publicKey],
  from: [STRANGER.signing.publicKey, sampleContext().to],
};

describe("behavior: an envelope opens only for whom and what it is meant", () => {
  test("opens with what was sealed, for every purpose and any bytes", (context) => {
    const seed = Date.now();
    context.diagnostic(`seed ${seed}`);
    const property = fc.property(
      fc.constantFrom(...PURPOSES),
      fc.uint8Array({ maxLength: 5_000 }),
      (purpose, plain) => {
        const text = sealEnvelope(SENDER, sampleAddress(purpose), plain);
        assert.deepEqual(Buffer.from(openAs(text, sampleContext(purpose))), Buffer.from(plain));
      },
    );
    fc.assert(property, { seed, numRuns: 40 });
  });

  test("every field of the header, changed to any other value, is refused", () => {
    const { header, ...rest } = partsOf(sealed());
    assert.deepEqual(Object.keys(OTHERS).sort(), Object.keys(header).sort());
    for (const [name, values] of Object.entries(OTHERS)) {
      for (const value of values) {
        const text = canonicalJson({ ...rest, header: { ...header, [name]: value } });
        assert.notEqual(
          refusal(() => openAs(text)),
          "",
          name,
        );
        // Not even one who expects the changed value takes it: the signature is over the header.
        refusal(() => openAs(text, { ...sampleContext(), [name]: value } as EnvelopeContext));
      }
      const { [name]: _, ...without } = header;
      assert.equal(
        refusal(() => openAs(canonicalJson({ ...rest, header: without }))),
        "ENVELOPE_MALFORMED",
      );
    }
    const more = canonicalJson({ ...rest, header: { ...header, more: 1 } });
    assert.equal(
      refusal(() => openAs(more)),
      "ENVELOPE_MALFORMED",
    );
  });

  test("whoever expects another context gets nothing, whichever field differs", () => {
    const text = sealed();
    for (const name of Object.keys(sampleContext())) {
      for (const value of OTHERS[name] ?? []) {
        const context = { ...sampleContext(), [name]: value } as EnvelopeContext;
        assert.equal(
          refusal(() => openAs(text, context)),
          "ENVELOPE_OTHER_CONTEXT",
          name,
        );
      }
    }
  });

  test("a header changed and signed anew by somebody else doesn't open", () => {
    for (const purpose of PURPOSES) {
      const forged = sealEnvelope({ ...SENDER, signing: STRANGER.signing }, sampleAddress(purpose), PLAIN);
      assert.equal(
        refusal(() => openAs(forged, sampleContext(purpose))),
        "ENVELOPE_OTHER_CONTEXT",
      );
      const { header, body } = partsOf(sealed(purpose));
      const moved = partsOf(forged).signature;
      const mixed = canonicalJson({ header, body, signature: moved });
      assert.equal(
        refusal(() => openAs(mixed, sampleContext(purpose))),
        "ENVELOPE_BAD_SIGNATURE",
      );
    }
  });

  test("the sender's own signature over a changed header doesn't open the body: the header is associated data", () => {
    const { header, body } = partsOf(sealed());
    for (const change of [{ epoch: 5 }, { session: 8 }, { account: "b.near" }, { expires: NOW + 9 }]) {
      const changed = { ...header, ...change };
      const text = resign(changed, body);
      const context = { ...sampleContext(), ...change } as EnvelopeContext;
      assert.equal(
        refusal(() => openAs(text, context)),
        "ENVELOPE_BAD_BODY",
      );
    }
  });

  test("a body for one purpose or direction opens under no other, even re-signed", () => {
    for (const from of PURPOSES) {
      for (const to of PURPOSES.filter((other) => other !== from)) {
        const { header, body } = partsOf(sealed(from));
        const text = resign({ ...header, purpose: to }, body);
        assert.equal(
          refusal(() => openAs(text, sampleContext(to))),
          "ENVELOPE_BAD_BODY",
          `${from} ${to}`,
        );
      }
    }
  });

  test("an envelope sent back to its sender is refused", () => {
    const back = { ...sampleContext(), epk: RECEIVER.publicKey, to: SENDER.exchange.publicKey };
    const reflected = () => openEnvelope(SENDER.exchange, { context: back, now: NOW }, sealed());
    assert.equal(refusal(reflected), "ENVELOPE_OTHER_CONTEXT");
    const asReceived = () => openEnvelope(SENDER.exchange, { context: sampleContext(), now: NOW }, sealed());
    assert.equal(refusal(asReceived), "ENVELOPE_OTHER_CONTEXT");
  });

  test("counts until the block before its expiry", () => {
    const text = sealed();
    assert.deepEqual(Buffer.from(openAs(text, sampleContext(), NOW)), PLAIN);
    for (const now of [NOW + 1, NOW + 2]) {
      assert.equal(
        refusal(() => openAs(text, sampleContext(), now)),
        "ENVELOPE_EXPIRED",
      );
    }
  });

  test("any changed, missing or added character is refused", (context) => {
    const seed = Date.now();
    context.diagnostic(`seed ${seed}`);
    const text = sealed();
    const change = fc.record({
      at: fc.nat(text.length - 1),
      to: fc.string({ maxLength: 2 }),
      cut: fc.nat(2),
    });
    const property = fc.property(change, ({ at, to, cut }) => {
      const changed = text.slice(0, at) + to + text.slice(at + cut);
      fc.pre(changed !== text);
      refusal(() => openAs(changed));
    });
    fc.assert(property, { seed, numRuns: 1_500 });
  });

  test("every single bit of body and signature, and every truncation, is refused", () => {
    const text = sealed();
    const { header, body, signature } = partsOf(text);
    const bytes = Buffer.from(body, "base64");
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      const spoiled = canonicalJson({ header, body: changed.toString("base64"), signature });
      assert.equal(
        refusal(() => openAs(spoiled)),
        "ENVELOPE_BAD_SIGNATURE",
      );
      const signed = resign(header, changed.toString("base64"));
      assert.equal(
        refusal(() => openAs(signed)),
        "ENVELOPE_BAD_BODY",
      );
    }
    for (let length = 0; length < text.length; length += 7) refusal(() => openAs(text.slice(0, length)));
    for (let length = 0; length < bytes.length; length += 1) {
      refusal(() => openAs(resign(header, bytes.subarray(0, length).toString("base64"))));
    }
  });

  test("another text of the same envelope is refused", () => {
    const text = sealed();
    const value = partsOf(text);
    const others = [
      ` ${text}`,
      JSON.stringify(value, null, 1),
      JSON.stringify({ signature: value.signature, header: value.header, body: value.body }),
      text.replace('"epoch":4', '"epoch":4.0'),
      text.replace('"epoch":4', '"epoch":5,"epoch":4'),
      text.replace("testnet", "test\\u006eet"),
      text.replace(value.body, `${value.body}=`),
      text.replace(value.signature, value.signature.replace("ed25519:", "ed25519:1")),
    ];
    for (const other of others)
      assert.equal(
        refusal(() => openAs(other)),
        "ENVELOPE_MALFORMED",
        other,
      );
  });

  test("what exceeds a cap is refused before it is parsed or sealed", () => {
    const huge = " ".repeat(ENVELOPE_LIMITS.text + 1);
    assert.equal(
      refusal(() => openAs(huge)),
      "ENVELOPE_TOO_LARGE",
    );
    const plain = new Uint8Array(ENVELOPE_LIMITS.plaintext + 1);
    assert.equal(
      refusal(() => sealEnvelope(SENDER, sampleAddress(), plain)),
      "ENVELOPE_TOO_LARGE",
    );
    const address = { ...sampleAddress(), account: "a".repeat(65) };
    assert.equal(
      refusal(() => sealEnvelope(SENDER, address, PLAIN)),
      "ENVELOPE_MALFORMED",
    );
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    assert.equal(
      refusal(() => openAs(deep)),
      "ENVELOPE_MALFORMED",
    );
  });

  test("the largest document fits", () => {
    const plain = new Uint8Array(ENVELOPE_LIMITS.plaintext);
    const text = sealEnvelope(SENDER, sampleAddress(), plain);
    assert.equal(openAs(text).length, plain.length);
  });
});

/** Signs header and body with the sender's key, whatever they are. */
function resign(header: Record<string, unknown>, body: string): string {
  const sha256 = (bytes: string | Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const hashes = `${sha256(canonicalJson(header))}\n${sha256(Buffer.from(body, "base64"))}`;
  const bytes = signBytes(SENDER.signing, Buffer.from(`mpc-recovery/envelope/v1\n${hashes}`));
  return canonicalJson({ header, body, signature: `ed25519:${base58.encode(bytes)}` });
}
