import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseEvidence, type SgxEvidence } from "../../src/attestation/evidence.ts";
import { NO_COLLATERAL_SEEN } from "../../src/attestation/policy.ts";
import { verifyEvidence } from "../../src/attestation/verify-evidence.ts";
import { errorCode } from "../../src/errors/base-error.ts";

interface SgxVector {
  readonly now: number;
  readonly measurement: string;
  readonly status: string;
  readonly evidence: SgxEvidence;
}

const vector: SgxVector = JSON.parse(readFileSync(new URL("sgx-quote.json", import.meta.url), "utf8"));
const policy = {
  accepted_tcb_statuses: ["UpToDate", vector.status],
  max_collateral_age_seconds: 30 * 86_400,
  collateral_floor: NO_COLLATERAL_SEEN,
  insecure_dev_key: null,
};

test("behavior: a real SGX quote verifies at its time, and no longer today", () => {
  const verified = verifyEvidence(parseEvidence(vector.evidence), { now: vector.now, policy });
  assert.equal(verified.measurement, vector.measurement);
  assert.equal(Buffer.from(verified.reportData).toString("utf8").replaceAll("\0", ""), "Hello, world!");
  const today = Math.floor(Date.now() / 1_000);
  assert.throws(() => verifyEvidence(vector.evidence, { now: today, policy }), { code: "REVOCATION" });
});

test("behavior: a platform below the policy's level is refused", () => {
  const strict = { ...policy, accepted_tcb_statuses: ["UpToDate"] };
  assert.throws(() => verifyEvidence(vector.evidence, { now: vector.now, policy: strict }), {
    code: "TCB_STATUS",
  });
});

test("behavior: the platform and the quoting enclave must each have a level that the policy takes", () => {
  assert.notEqual(vector.status, "UpToDate");
  // The platform's is taken, the quoting enclave's own isn't on the list.
  const odd = { ...policy, accepted_tcb_statuses: [vector.status] };
  assert.throws(
    () => verifyEvidence(vector.evidence, { now: vector.now, policy: odd }),
    /the platform is UpToDate/,
  );
});

test("behavior: any changed byte of an SGX quote is refused", () => {
  const bytes = Buffer.from(vector.evidence.quote, "hex");
  for (let at = 0; at < bytes.length; at += 61) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 1;
    const evidence = { ...vector.evidence, quote: changed.toString("hex") };
    const check = checkOf(() => verifyEvidence(evidence, { now: vector.now, policy }));
    assert.ok(CHECKS.has(check), `byte ${at}: ${check}`);
  }
});

test("behavior: a quote passed off as another platform's is refused", () => {
  const { quote, collateral } = vector.evidence;
  const asTdx = {
    kind: "dstack-tdx",
    quote,
    collateral,
    app_compose: "",
    event_log: [{ imr: 0, digest: "00".repeat(48) }],
  };
  const check = checkOf(() => verifyEvidence(parseEvidence(asTdx), { now: vector.now, policy }));
  assert.equal(check, "QUOTE_MALFORMED");
});

const CHECKS = new Set(["QUOTE_MALFORMED", "FIRST_VERIFIER", "QUOTING_ENCLAVE", "CERTIFICATE_CHAIN"]);

function checkOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
