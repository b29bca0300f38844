import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { errorCode } from "../../src/errors/base-error.ts";
import {
  acceptSeed,
  advanceReceiver,
  beginHandover,
  parseReceiverEntry,
} from "../../src/handover/receiver.ts";
import { answerRequest, parseSenderEntry, type SenderEntry } from "../../src/handover/sender.ts";
import {
  type HandoverTerms,
  parseTerms,
  type Receipt,
  requireReceipt,
  signReceipt,
} from "../../src/handover/terms.ts";
import { keyPair } from "../approval/sample-recipient.ts";

interface Vectors {
  /** Of the recipient's key: 32 bytes with this value. */
  readonly recipient_seed: number;
  readonly terms: HandoverTerms;
  readonly receipt: Receipt;
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
const { terms, receipt } = vectors;

test("behavior: a receipt is signed as the vector says", () => {
  assert.deepEqual(signReceipt(keyPair(vectors.recipient_seed), parseTerms(terms)), receipt);
  requireReceipt(receipt, terms);
});

test("behavior: a receipt over other terms, or by another key, is refused", () => {
  for (const [name, value] of Object.entries(terms)) {
    const changed =
      typeof value === "number"
        ? value + 1
        : ["from", "to"].includes(name)
          ? keyPair(9).publicKey
          : `${value}0`;
    assert.equal(
      codeOf(() => requireReceipt(receipt, { ...terms, [name]: changed })),
      "HANDOVER_RECEIPT",
      name,
    );
    const { [name]: _, ...without } = { ...terms } as Record<string, unknown>;
    assert.equal(
      codeOf(() => parseTerms(without)),
      "BAD_FORMAT",
    );
  }
  const byOther = signReceipt(keyPair(9), terms);
  assert.equal(
    codeOf(() => requireReceipt(byOther, terms)),
    "HANDOVER_RECEIPT",
  );
  const { signature } = receipt;
  const forms = [
    signature.slice(0, -1),
    signature.slice(8),
    `${signature}1`,
    "ed25519:",
    `ed25519:${"0".repeat(88)}`,
    "",
  ];
  for (const form of forms) {
    assert.equal(
      codeOf(() => requireReceipt({ ...receipt, signature: form }, terms)),
      "HANDOVER_RECEIPT",
      form,
    );
  }
});

test("behavior: a challenge counts once, and only this sender's", () => {
  const { handover } = terms;
  assert.equal(
    codeOf(() => answerRequest([], terms)),
    "HANDOVER_SPENT",
  );
  const challenged: SenderEntry = { type: "challenged", handover, at: null };
  assert.equal(answerRequest([challenged], terms).length, 3);
  assert.equal(
    codeOf(() => answerRequest([challenged, { ...challenged, handover: "ee".repeat(32) }], terms)),
    "HANDOVER_SPENT",
  );
  const again = [challenged, { type: "stopped", terms }, { type: "resumed", handover }] as const;
  assert.equal(
    codeOf(() => answerRequest(again, terms)),
    "HANDOVER_SPENT",
  );
});

test("behavior: while one handover is under way no other begins, and none after the seed is gone", () => {
  const { handover } = terms;
  const stopped = [
    { type: "challenged", handover, at: null },
    { type: "stopped", terms },
  ] as const;
  const other = { ...terms, handover: "ee".repeat(32) };
  assert.equal(
    codeOf(() => answerRequest(stopped, other)),
    "HANDOVER_BUSY",
  );
  assert.equal(
    codeOf(() => answerRequest(stopped, { ...terms, to: keyPair(9).publicKey })),
    "HANDOVER_BUSY",
  );
  // Whatever order its fields came in: the same terms are the same terms.
  const turned = Object.fromEntries(Object.entries(terms).toReversed()) as unknown as HandoverTerms;
  assert.deepEqual(parseTerms(turned), terms);
  for (const same of [terms, turned]) assert.equal(answerRequest(stopped, same)[0]?.op, "send_envelope");
  assert.equal(
    codeOf(() => answerRequest([...stopped, { type: "erased", handover }], terms)),
    "HANDOVER_OVER",
  );
  assert.equal(
    codeOf(() => beginHandover([{ type: "asked", terms }], other)),
    "HANDOVER_BUSY",
  );
});

test("behavior: a receiver without the seed takes no receipt for its own", () => {
  const asked = [{ type: "asked", terms }] as const;
  const seen = { kind: "seen", time: terms.expires, receipt } as const;
  assert.deepEqual(advanceReceiver(asked, seen, false), []);
  assert.deepEqual(acceptSeed(asked, "ff".repeat(32)), []);
});

test("behavior: journal lines are parsed back, and others are not", () => {
  const { handover } = terms;
  for (const at of [null, 7]) {
    assert.deepEqual(parseSenderEntry({ type: "challenged", handover, at }), {
      type: "challenged",
      handover,
      at,
    });
  }
  for (const type of ["resumed", "erased"]) {
    assert.deepEqual(parseSenderEntry({ type, handover }), { type, handover });
  }
  for (const type of ["stored", "activated", "abandoned"]) {
    assert.deepEqual(parseReceiverEntry({ type, handover }), { type, handover });
  }
  assert.deepEqual(parseSenderEntry({ type: "stopped", terms }), { type: "stopped", terms });
  assert.deepEqual(parseReceiverEntry({ type: "asked", terms }), { type: "asked", terms });
  for (const line of [
    null,
    7,
    {},
    { type: "erased" },
    { type: "challenged", handover },
    { type: "other", handover },
  ]) {
    assert.equal(parseSenderEntry(line), undefined);
    assert.equal(parseReceiverEntry(line), undefined);
  }
});

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
