import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { type Committee, committeePath, committeeRoot, rootOfPath } from "../../src/approval/committee.ts";
import { collectApproval, signStatement } from "../../src/approval/sign-statement.ts";
import { type Approval, parseApproval, type Statement } from "../../src/approval/statement.ts";
import { type ApprovalRules, verifyApproval } from "../../src/approval/verify-approval.ts";
import { ed25519KeyPairFromSeed } from "../../src/crypto/keys.ts";
import { errorCode } from "../../src/errors/base-error.ts";

interface Vectors {
  readonly member_seeds: readonly string[];
  readonly committee: Committee;
  readonly approval: Approval;
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
const members = vectors.member_seeds.map((seed) => ed25519KeyPairFromSeed(Buffer.from(seed, "hex")));
const keys = members.map(({ publicKey }) => publicKey);
const { statement } = vectors.approval;
const { v: _, nonce, issued_at, expires, next_committee_root, ...expected } = statement;
const rules: ApprovalRules = {
  committee: vectors.committee,
  expected,
  now: issued_at + 60,
  maxLifetimeSeconds: 86_400,
};

test("behavior: members sign as the vector says, and three of five are enough", () => {
  assert.equal(committeeRoot(keys), vectors.committee.root);
  const signatures = members.slice(0, 3).map((member) => signStatement(member, keys, statement));
  assert.deepEqual(collectApproval(statement, signatures), vectors.approval);
  const { signers } = verifyApproval(parseApproval(vectors.approval), rules);
  assert.deepEqual([...signers].sort(), keys.slice(0, 3).sort());
});

test("behavior: two of five, or one three times, are too few", () => {
  const { signatures } = vectors.approval;
  assert.equal(codeOf({ statement, signatures: signatures.slice(0, 2) }), "APPROVAL_TOO_FEW");
  assert.equal(codeOf({ statement, signatures: [] }), "APPROVAL_TOO_FEW");
  const [first, second] = signatures;
  assert.equal(codeOf({ statement, signatures: [first!, first!, first!] }), "APPROVAL_SIGNERS");
  assert.equal(codeOf({ statement, signatures: [first!, second!, second!] }), "APPROVAL_SIGNERS");
  assert.equal(codeOf({ statement, signatures: signatures.toReversed() }), "APPROVAL_SIGNERS");
});

test("behavior: a stranger doesn't count, whichever path he shows", () => {
  const stranger = ed25519KeyPairFromSeed(Buffer.alloc(32, 99));
  const everybody = [...keys, stranger.publicKey];
  const own = signStatement(stranger, everybody, statement);
  const { signatures } = vectors.approval;
  for (const path of [own.path, [], ...signatures.map((each) => each.path)]) {
    const approval = collectApproval(statement, [...signatures.slice(0, 2), { ...own, path }]);
    assert.equal(codeOf(approval), "APPROVAL_NOT_A_MEMBER");
  }
});

test("behavior: no field of the statement can be changed after it was signed", () => {
  for (const [name, value] of Object.entries(statement)) {
    const changed = { ...statement, [name]: changedValue(value) } as Statement;
    const code = codeOf({ ...vectors.approval, statement: changed });
    assert.notEqual(code, "accepted", name);
    // Also by somebody who fits the expectation to it: then it's the signature that tells.
    const { v, nonce: n, issued_at: i, expires: e, next_committee_root: r, ...fitting } = changed;
    const fitted = codeOf({ ...vectors.approval, statement: changed }, { ...rules, expected: fitting });
    assert.ok(["APPROVAL_SIGNATURE", "BAD_FORMAT"].includes(fitted), `${name}: ${fitted}`);
    const { [name]: __, ...without } = { ...statement } as Record<string, unknown>;
    assert.equal(codeOf({ ...vectors.approval, statement: without }), "BAD_FORMAT");
  }
});

test("behavior: it can't be replayed on another network, purpose, contract, program or recipient", () => {
  for (const [name, value] of Object.entries(expected)) {
    const other = { ...expected, [name]: name === "purpose" ? "break_glass" : changedValue(value) };
    const code = codeOf(vectors.approval, { ...rules, expected: other as ApprovalRules["expected"] });
    assert.equal(code, "APPROVAL_CONTEXT", name);
  }
});

test("behavior: it counts from when it was issued until it expires, and never for long", () => {
  const at = (now: number, maxLifetimeSeconds = 86_400) =>
    codeOf(vectors.approval, { ...rules, now, maxLifetimeSeconds });
  assert.equal(at(issued_at - 1), "APPROVAL_TIME");
  assert.equal(at(issued_at), "accepted");
  assert.equal(at(expires - 1), "accepted");
  assert.equal(at(expires), "APPROVAL_TIME");
  assert.equal(at(issued_at, expires - issued_at - 1), "APPROVAL_TIME");
});

test("behavior: each changed part of each signature is refused", () => {
  for (const [index, signature] of vectors.approval.signatures.entries()) {
    const paths = signature.path.flatMap((step, at) => [
      signature.path.with(at, { ...step, side: step.side === "left" ? "right" : "left" }),
      signature.path.with(at, { ...step, hash: changedValue(step.hash) as string }),
      signature.path.toSpliced(at, 1),
    ]);
    const changed = [
      ...paths.map((path) => ({ ...signature, path })),
      ...[0, 64, 127].map((at) => ({ ...signature, signature: flipped(signature.signature, at) })),
      { ...signature, public_key: keys[4]! },
      { ...signature, more: 1 },
    ];
    for (const each of changed) {
      const signatures = vectors.approval.signatures.with(index, each);
      assert.notEqual(codeOf({ statement, signatures }), "accepted", JSON.stringify(each));
    }
  }
});

test("property: every member's path leads to the root, in committees of any size, and nobody else's does", () => {
  const pool = Array.from(
    { length: 40 },
    (_, seed) => ed25519KeyPairFromSeed(Buffer.alloc(32, seed)).publicKey,
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 39 }), (size) => {
      const committee = pool.slice(0, size);
      const root = committeeRoot(committee);
      for (const member of committee) {
        assert.equal(rootOfPath(member, committeePath(committee.toReversed(), member)), root);
        assert.notEqual(rootOfPath(pool[39]!, committeePath(committee, member)), root);
      }
    }),
    { numRuns: 40 },
  );
});

test("behavior: no committee is satisfied by nobody", () => {
  for (const threshold of [0, -1, 0.5, Number.NaN]) {
    const committee = { ...vectors.committee, threshold };
    const nobody = () => verifyApproval({ statement, signatures: [] }, { ...rules, committee });
    assert.throws(nobody, /expected a threshold of 1 or more/);
  }
});

test("behavior: more signatures than any committee has, or longer paths, aren't looked at", () => {
  const [signature] = vectors.approval.signatures;
  const many = Array.from({ length: 257 }, () => signature);
  assert.equal(codeOf({ statement, signatures: many }), "BAD_FORMAT");
  const path = Array.from({ length: 9 }, () => signature!.path[0]!);
  assert.equal(codeOf({ statement, signatures: [{ ...signature!, path }] }), "BAD_FORMAT");
});

test("behavior: a signature in another form that some libraries take is refused", () => {
  const [signature, ...others] = vectors.approval.signatures;
  const bytes = Buffer.from(signature!.signature, "hex");
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString("hex")}`) + GROUP_ORDER;
  const high = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  const malleable = Buffer.concat([bytes.subarray(0, 32), high]).toString("hex");
  const signatures = [{ ...signature!, signature: malleable }, ...others];
  assert.equal(codeOf({ statement, signatures }), "APPROVAL_SIGNATURE");
});

test("property: anything else is malformed", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(codeOf(value as unknown as Approval), "BAD_FORMAT");
    }),
  );
});

// Of Ed25519: a signature's second half plus this is the same number modulo the order.
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function codeOf(approval: Approval | { statement: unknown; signatures: unknown }, under = rules): string {
  try {
    verifyApproval(parseApproval(approval), under);
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function changedValue(value: string | number): string | number {
  if (typeof value === "number") return value + 1;
  return value.slice(0, -1) + (value.endsWith("a") ? "b" : "a");
}

function flipped(hex: string, at: number): string {
  return hex.slice(0, at) + (hex[at] === "0" ? "1" : "0") + hex.slice(at + 1);
}
