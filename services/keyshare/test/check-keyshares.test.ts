import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkKeyshares, describeProblem, type KeyshareProblem } from "../check-keyshares.ts";
import type { Keyshare } from "../keyshare.ts";
import { sampleCheckers, sampleKeyset, sampleShares } from "./samples.ts";

const KEYSET = sampleKeyset(4, 2);
const [FIRST, SECOND] = sampleShares(KEYSET, 3) as [Keyshare, Keyshare];

function problems(shares: readonly Keyshare[], participantId = 3): readonly KeyshareProblem[] {
  const check = checkKeyshares(KEYSET, shares, participantId, sampleCheckers);
  return check.kind === "exact" ? [] : check.problems;
}

describe("behavior: shares must be exactly the contract's keyset", () => {
  test("exact shares, in any order", () => {
    assert.deepEqual(checkKeyshares(KEYSET, [SECOND, FIRST], 3, sampleCheckers), { kind: "exact" });
  });

  test("a missing share", () => {
    assert.deepEqual(problems([FIRST]), [{ kind: "missing", domain_id: 1 }]);
  });

  test("an extra share", () => {
    assert.deepEqual(problems([FIRST, SECOND, { ...SECOND, domain_id: 9 }]), [
      { kind: "extra", domain_id: 9 },
    ]);
  });

  test("a duplicate, even an identical one", () => {
    assert.deepEqual(problems([FIRST, SECOND, SECOND]), [{ kind: "duplicate", domain_id: 1 }]);
  });

  test("a stale epoch, attempt or key", () => {
    const stale = { kind: "stale", domain_id: 1 } as const;
    assert.deepEqual(problems([FIRST, { ...SECOND, epoch_id: 3 }]), [
      { ...stale, field: "epoch_id", expected: 4, found: 3 },
    ]);
    assert.deepEqual(problems([FIRST, { ...SECOND, attempt: 1 }]), [
      { ...stale, field: "attempt", expected: 2, found: 1 },
    ]);
    assert.deepEqual(problems([FIRST, { ...SECOND, public_key: "ed25519:other" }]), [
      { ...stale, field: "public_key", expected: "ed25519:groupkey1", found: "ed25519:other" },
    ]);
  });

  test("a corrupt share, and another participant's", () => {
    const corrupt = { kind: "corrupt", reason: "the share doesn't belong to the public key" } as const;
    assert.deepEqual(problems([FIRST, { ...SECOND, secret: "changed" }]), [{ ...corrupt, domain_id: 1 }]);
    assert.deepEqual(problems([FIRST, SECOND], 2), [
      { ...corrupt, domain_id: 0 },
      { ...corrupt, domain_id: 1 },
    ]);
  });

  test("a scheme that nobody can check, also one named after an object's own property", () => {
    for (const scheme of ["unheard-of", "constructor", "__proto__"]) {
      assert.deepEqual(problems([FIRST, { ...SECOND, scheme }]), [
        { kind: "unknown_scheme", domain_id: 1, scheme },
      ]);
    }
  });

  test("no problem's description shows a secret", () => {
    const all = problems([
      { ...FIRST, secret: "canary-4711" },
      { ...SECOND, epoch_id: 9, secret: "canary-4711" },
    ]);
    assert.equal(all.length, 2);
    for (const problem of all) assert.doesNotMatch(describeProblem(problem), /canary/);
  });
});
