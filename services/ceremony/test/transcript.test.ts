import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalJson } from "../../../sdk/src/crypto/canonical-json.ts";
import { signBytes } from "../../../sdk/src/crypto/keys.ts";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import { confirmShare, withAct } from "../acts.ts";
import type { CeremonyBody } from "../body.ts";
import { followCeremony } from "../follow.ts";
import { entryHash, entryLine, nextEntry, parseTranscript, type TranscriptEntry } from "../transcript.ts";
import { DEALER, FACILITATOR, PEOPLE, PLAN, START, STRANGER, wholeCeremony } from "./people.ts";

const text = readFileSync(new URL("transcript.jsonl", import.meta.url), "utf8");
const entries = parseTranscript(text);
const HEAD = "45d54bc014365c1c9c30186e4609f50c6d814bbfcd16b7de6d6773144ce1491f";

test("behavior: a stranger follows the vector's ceremony to its end", () => {
  const { isClosed, joined, confirmed, plan, backup } = followCeremony(entries);
  assert.ok(isClosed);
  assert.deepEqual(plan, PLAN);
  assert.deepEqual(joined, confirmed);
  assert.equal(backup?.threshold, 2);
  assert.equal(entryHash(entries.at(-1)!), HEAD);
  assert.equal(entries.map(entryLine).join(""), text);
});

test("behavior: a new ceremony comes to its end as well, and each participant's share opens", async () => {
  const fresh = await wholeCeremony();
  const ceremony = followCeremony(parseTranscript(fresh.map(entryLine).join("")));
  assert.ok(ceremony.isClosed);
  const [{ exchange, account } = PEOPLE[0]!] = PEOPLE;
  assert.equal(confirmShare(ceremony, account, exchange).act, "confirmed");
  assert.throws(() => confirmShare(ceremony, account, PEOPLE[1]!.exchange), {
    code: "ENVELOPE_OTHER_CONTEXT",
  });
});

test("behavior: no line can be left out, doubled, moved, cut off or put at the end", () => {
  const lines = text.split("\n").slice(0, -1);
  for (const index of lines.keys()) {
    if (index < lines.length - 1)
      assert.notEqual(codeOf(lines.toSpliced(index, 1)), "closed", `without ${index}`);
    assert.notEqual(codeOf(lines.toSpliced(index, 0, lines[index]!)), "closed", `${index} twice`);
    if (index > 0) {
      const moved = lines.with(index, lines[index - 1]!).with(index - 1, lines[index]!);
      assert.equal(codeOf(moved), "TRANSCRIPT_BROKEN");
    }
  }
  assert.equal(codeOf(lines.slice(0, -1)), "open");
  assert.equal(codeOfText(text.slice(0, -1)), "TRANSCRIPT_BROKEN");
  assert.equal(codeOfText(`${text}\n`), "TRANSCRIPT_BROKEN");
});

test("property: no character can be changed", () => {
  fc.assert(
    fc.property(fc.nat({ max: text.length - 1 }), fc.integer({ min: 33, max: 126 }), (at, code) => {
      const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
      fc.pre(changed !== text);
      assert.equal(codeOfText(changed), "TRANSCRIPT_BROKEN");
    }),
    { numRuns: 400 },
  );
});

test("behavior: a line that its author signed is refused when dated before the one before, or numbered wrong", () => {
  const before = entries.slice(0, 2);
  const next = nextEntry(before, PEOPLE[1]!.signing, START + 9, entries[2]!.body);
  assert.equal(codeOfText([...before, next].map(entryLine).join("")), "open");
  const { signature: _, ...unsigned } = next;
  for (const change of [
    { at: before[1]!.at - 1 },
    { index: 3 },
    { index: 1 },
    { previous: entryHash(before[0]!) },
  ]) {
    const changed = signedAnew({ ...unsigned, ...change }, PEOPLE[1]!.signing);
    assert.equal(codeOfText([...before, changed].map(entryLine).join("")), "TRANSCRIPT_BROKEN");
  }
});

test("behavior: a line has one text form, and a transcript an end", () => {
  const [line = "", ...rest] = text.split("\n");
  for (const other of [`${line} `, line.replace(":", ": "), line.replace('"v":1', '"v":1.0'), `${line}\r`]) {
    assert.equal(codeOfText([other, ...rest].join("\n")), "TRANSCRIPT_BROKEN");
  }
  const members = Object.entries(JSON.parse(line)).reverse();
  assert.equal(
    codeOfText([JSON.stringify(Object.fromEntries(members)), ...rest].join("\n")),
    "TRANSCRIPT_BROKEN",
  );
  assert.throws(() => parseTranscript("\n".repeat(8_388_609)), /it is too long/);
});

test("behavior: every act has its turn and its author", () => {
  const [first, second] = PEOPLE;
  const joined = entries.slice(0, 4);
  const dealt = entries.slice(0, 5);
  const { account } = first!;
  const confirmed = entries[5]!.body;
  const wrong: readonly [string, readonly TranscriptEntry[], typeof DEALER, CeremonyBody][] = [
    ["opened twice", entries.slice(0, 1), FACILITATOR, { act: "opened", ...PLAN }],
    ["joined for another", entries.slice(0, 1), second!.signing, { act: "joined", account }],
    ["joined twice", entries.slice(0, 2), first!.signing, { act: "joined", account }],
    ["a stranger joins", entries.slice(0, 1), STRANGER, { act: "joined", account: "mallory.testnet" }],
    ["dealt before all joined", entries.slice(0, 3), DEALER, entries[4]!.body],
    ["dealt by another", joined, FACILITATOR, entries[4]!.body],
    ["dealt twice", dealt, DEALER, entries[4]!.body],
    ["confirmed before dealt", joined, first!.signing, confirmed],
    ["confirmed for another", dealt, second!.signing, confirmed],
    ["confirmed twice", entries.slice(0, 6), first!.signing, confirmed],
    ["closed early", entries.slice(0, 7), FACILITATOR, entries.at(-1)!.body],
    ["closed by another", entries.slice(0, 8), STRANGER, entries.at(-1)!.body],
    ["anything after the end", entries, first!.signing, { act: "joined", account }],
  ];
  for (const [name, before, author, body] of wrong) {
    assert.throws(() => withAct(before, author, START + 100, body), { code: "TRANSCRIPT_ORDER" }, name);
  }
});

test("behavior: a transcript begins with its plan", () => {
  const [first] = PEOPLE;
  const joins = nextEntry([], first!.signing, START, { act: "joined", account: first!.account });
  assert.equal(codeOfText(entryLine(joins)), "TRANSCRIPT_ORDER");
  assert.equal(codeOfText(""), "TRANSCRIPT_ORDER");
});

test("behavior: what was dealt and confirmed must fit the plan", () => {
  const joined = entries.slice(0, 4);
  const { body } = entries[4]!;
  assert.ok(body.act === "dealt");
  const { backup } = body;
  const [one, two, three] = backup.shares;
  const swapped = [[one![0], two![1]], [two![0], one![1]], three!] as const;
  for (const change of [{ threshold: 3 }, { version: 4 }, { shares: [one!, two!] }, { shares: swapped }]) {
    const dealt = { ...body, backup: { ...backup, ...change } };
    assert.throws(() => withAct(joined, DEALER, START + 100, dealt), { code: "TRANSCRIPT_CONTENT" });
  }
  const other = { act: "confirmed", account: PEOPLE[0]!.account, share_commitment: "00".repeat(32) } as const;
  assert.throws(() => withAct(entries.slice(0, 5), PEOPLE[0]!.signing, START + 100, other), {
    code: "TRANSCRIPT_CONTENT",
  });
  const elsewhere = { act: "closed", commitment: "00".repeat(32) } as const;
  assert.throws(() => withAct(entries.slice(0, 8), FACILITATOR, START + 100, elsewhere), {
    code: "TRANSCRIPT_CONTENT",
  });
});

test("behavior: lines of another ceremony don't fit, though their authors are the same", async () => {
  const other = await wholeCeremony();
  const mixed = [...entries.slice(0, 5), ...other.slice(5)].map((entry) => entryLine(entry).trimEnd());
  assert.equal(codeOf(mixed), "TRANSCRIPT_BROKEN");
  // Nor when the one who holds the pen chains them anew: he can't sign for the others.
  const rechained = {
    ...nextEntry(entries.slice(0, 5), FACILITATOR, START + 9, other[5]!.body),
    by: other[5]!.by,
  };
  const lines = [...entries.slice(0, 5), rechained].map((entry) => entryLine(entry).trimEnd());
  assert.equal(codeOf(lines), "TRANSCRIPT_BROKEN");
});

function signedAnew(entry: Omit<TranscriptEntry, "signature">, author: typeof DEALER): TranscriptEntry {
  const bytes = Buffer.from(`mpc-recovery/ceremony/v1\n${canonicalJson(entry)}`);
  return { ...entry, signature: Buffer.from(signBytes(author, bytes)).toString("hex") };
}

function codeOf(lines: readonly string[]): string {
  return codeOfText(lines.map((line) => `${line}\n`).join(""));
}

function codeOfText(changed: string): string {
  try {
    return followCeremony(parseTranscript(changed)).isClosed ? "closed" : "open";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
