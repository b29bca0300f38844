import assert from "node:assert/strict";
import { test } from "node:test";
import { bech32 } from "@scure/base";
import { generateHybridIdentity, generateIdentity, identityToRecipient } from "age-encryption";
import { isAgeRecipient, recipientsFingerprint } from "../age-recipient.ts";

test("behavior: an age recipient is a right X25519 one, and nothing that looks like it", async () => {
  const identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  assert.ok(isAgeRecipient(recipient));
  const others = [
    "",
    identity,
    recipient.toUpperCase(),
    `${recipient} `,
    recipient.slice(0, -1),
    recipient.replace(/.$/, (last) => (last === "q" ? "p" : "q")),
    await identityToRecipient(await generateHybridIdentity()),
    bech32.encodeFromBytes("age", new Uint8Array(31).fill(9)),
    bech32.encodeFromBytes("bage", new Uint8Array(32).fill(9)),
    // A point that agrees on the same key with everybody.
    bech32.encodeFromBytes("age", new Uint8Array(32)),
  ];
  for (const other of others) assert.equal(isAgeRecipient(other), false, other);
});

test("behavior: a set of recipients has one fingerprint, in any order", () => {
  assert.equal(recipientsFingerprint([]), "none");
  assert.equal(recipientsFingerprint(["a", "b"]), recipientsFingerprint(["b", "a", "b"]));
  assert.notEqual(recipientsFingerprint(["a"]), recipientsFingerprint(["a", "b"]));
});
