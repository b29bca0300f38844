import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { describe, test } from "node:test";
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { recipientsFingerprint } from "../age-recipient.ts";
import { open, seal, sealToRecipients } from "../seal.ts";
import { type SealContext, sameContext } from "../seal-context.ts";
import { storeKeyFromBytes } from "../store-key.ts";

const KEY = storeKeyFromBytes(new Uint8Array(32).fill(7));
const CONTEXT: SealContext = {
  network: "testnet",
  contract: "mpc.near",
  account: "a.near",
  keyset_hash: "ab".repeat(32),
  epoch_id: 4,
};

/** "secret" under `KEY` and `CONTEXT`, as the first format sealed it. */
const V1_FILE = Buffer.from(
  "eyJmb3JtYXQiOiJtcGMtcmVjb3Zlcnktc2VhbGVkLXYxIiwia2V5X2lkIjoiNzAyNjMyNzk5MjJmZTg1OSIsIm5ldHdvcmsiOiJ0ZXN0bmV0IiwiY29udHJhY3QiOiJtcGMubmVhciIsImFjY291bnQiOiJhLm5lYXIiLCJrZXlzZXRfaGFzaCI6ImFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWIiLCJlcG9jaF9pZCI6NH0Kbm1zrg2Sl+nCH/RBuzxNqaeOnm0EcHQyYDIQgvwXjtPldiuEZRXg9e1RCApvXQ==",
  "base64",
);

async function operator() {
  const identity = await generateIdentity();
  return { identity, recipient: await identityToRecipient(identity) };
}

async function openedBy(identity: string, file: Uint8Array): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(file)).toString();
}

describe("behavior: sealing", () => {
  test("what was sealed opens, with its context and the recipients' fingerprint", async () => {
    const { recipient } = await operator();
    const recipients = fc.constantFrom([], [recipient]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), recipients, async (plaintext, to) => {
        const opened = await open(KEY, await seal(KEY, CONTEXT, plaintext, to));
        assert.ok(opened.kind === "opened");
        assert.deepEqual(Buffer.from(opened.plaintext), Buffer.from(plaintext));
        assert.ok(sameContext(opened.context, CONTEXT));
        assert.equal(opened.recipients, recipientsFingerprint(to));
      }),
    );
  });

  test("every recipient opens it with their own identity, nobody else does", async () => {
    const [first, second, stranger] = await Promise.all([operator(), operator(), operator()]);
    const to = [first.recipient, second.recipient, first.recipient];
    for (const file of [
      await seal(KEY, CONTEXT, Buffer.from("secret"), to),
      await sealToRecipients(Buffer.from("secret"), to),
    ]) {
      assert.equal(await openedBy(first.identity, file), "secret");
      assert.equal(await openedBy(second.identity, file), "secret");
      await assert.rejects(openedBy(stranger.identity, file), /no identity matched/);
    }
  });

  test("a copy for recipients only can't be made for nobody, and the store key doesn't open it", async () => {
    await assert.rejects(sealToRecipients(Buffer.from("secret"), []), RangeError);
    const file = await sealToRecipients(Buffer.from("secret"), [(await operator()).recipient]);
    assert.equal((await open(KEY, file)).kind, "damaged");
  });

  test("every cut of a file is recognised", async () => {
    for (const file of [await seal(KEY, CONTEXT, Buffer.from("secret"), []), V1_FILE]) {
      for (let length = 0; length < file.length; length += 1) {
        const opened = await open(KEY, file.subarray(0, length));
        assert.equal(opened.kind, "damaged", `${length} of ${file.length} bytes`);
      }
    }
  });

  test("every changed byte of head and contents is recognised, also in what is sealed to a recipient", async () => {
    const { recipient } = await operator();
    for (const file of [await seal(KEY, CONTEXT, Buffer.from("secret"), [recipient]), V1_FILE]) {
      for (let at = 0; at < file.length; at += 1) {
        const changed = Uint8Array.from(file);
        changed[at] = (changed[at] ?? 0) ^ 1;
        assert.notEqual((await open(KEY, changed)).kind, "opened", `byte ${at}`);
      }
    }
  });

  test("who knows the data key, as a recipient does, still can't move a file to another account", async () => {
    const { identity, recipient } = await operator();
    const file = await seal(KEY, CONTEXT, Buffer.from("secret"), [recipient]);
    const forged = await withContext(file, identity, { ...CONTEXT, account: "b.near" });
    assert.equal(await openedBy(identity, forged), "secret", "the forgery is whole but for the store key");
    assert.equal((await open(KEY, await withContext(file, identity, CONTEXT))).kind, "opened");
    assert.deepEqual(await open(KEY, forged), {
      kind: "damaged",
      reason: "the wrapped data key was changed",
    });
  });

  test("a file under another key is told from a damaged one", async () => {
    const other = storeKeyFromBytes(new Uint8Array(32).fill(8));
    const expected = { kind: "other_key", key_id: other.id };
    assert.deepEqual(await open(KEY, await seal(other, CONTEXT, Buffer.from("x"), [])), expected);
    assert.deepEqual(await open(other, V1_FILE), { kind: "other_key", key_id: KEY.id });
  });

  test("a file of the first format still opens", async () => {
    const opened = await open(KEY, V1_FILE);
    assert.ok(opened.kind === "opened" && sameContext(opened.context, CONTEXT));
    assert.equal(Buffer.from(opened.plaintext).toString(), "secret");
    assert.equal(opened.recipients, "none");
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

/** The file with another context in its head, and a MAC that fits. */
async function withContext(file: Uint8Array, identity: string, context: SealContext): Promise<Uint8Array> {
  const text = Buffer.from(file).toString("latin1");
  const [head = ""] = /^[\s\S]*?\n--- .{43}\n/.exec(text) ?? [];
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const dataKey = await decrypter.decryptHeader(Buffer.from(head, "latin1"));
  const [stanza = "", id = ""] = /-> mpc-recovery-store-key\/v1 (\S+) \S+/.exec(head) ?? [];
  const [, , , facts = ""] = stanza.split(" ");
  const changed = { ...JSON.parse(Buffer.from(facts, "base64url").toString()), ...context };
  const other = `-> mpc-recovery-store-key/v1 ${id} ${Buffer.from(JSON.stringify(changed)).toString("base64url")}`;
  const unsigned = head.replace(stanza, other).slice(0, -45);
  const macKey = Buffer.from(hkdfSync("sha256", dataKey, "", "header", 32));
  const mac = createHmac("sha256", macKey).update(unsigned).digest("base64").slice(0, 43);
  return Buffer.concat([Buffer.from(`${unsigned} ${mac}\n`), file.subarray(head.length)]);
}
