import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyEvidence } from "../../src/attestation/verify-evidence.ts";
import { errorCode } from "../../src/errors/base-error.ts";
import { quoteParts } from "./quote-fields.ts";
import { NO_REAL_QUOTE, REAL_QUOTE_TIME, realEvidence, STRICT_POLICY } from "./real-quote.ts";

test("behavior: a real quote with any one byte changed is refused by a check of its own", {
  skip: NO_REAL_QUOTE,
}, () => {
  const evidence = realEvidence();
  const original = Buffer.from(evidence.quote, "hex");
  const checks = new Set(quoteParts().map(({ check }) => check));
  for (const at of original.keys()) {
    const changed = Buffer.from(original);
    changed[at] = changed[at]! ^ (1 << (at % 8));
    const code = codeOf({ ...evidence, quote: changed.toString("hex") });
    assert.ok(checks.has(code), `byte ${at}: ${code}`);
  }
});

function codeOf(evidence: ReturnType<typeof realEvidence>): string {
  try {
    verifyEvidence(evidence, { now: REAL_QUOTE_TIME, policy: STRICT_POLICY });
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
