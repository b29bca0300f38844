import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { signDevEvidence } from "../../src/attestation/dev-attestation.ts";
import { type DevEvidence, parseEvidence } from "../../src/attestation/evidence.ts";
import { type AttestationPolicy, NO_COLLATERAL_SEEN } from "../../src/attestation/policy.ts";
import { reportDataFor } from "../../src/attestation/report-data.ts";
import { requireKeys, verifyEvidence } from "../../src/attestation/verify-evidence.ts";
import { ed25519KeyPairFromSeed, generateEd25519KeyPair } from "../../src/crypto/keys.ts";
import { errorCode } from "../../src/errors/base-error.ts";

interface Vectors {
  readonly report_data: readonly {
    readonly tls_public_key: string;
    readonly account_public_key: string;
    readonly report_data: string;
  }[];
  readonly dev: { readonly seed: string; readonly evidence: DevEvidence };
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("vectors.json", import.meta.url), "utf8"));
const { evidence } = vectors.dev;
const policy: AttestationPolicy = {
  accepted_tcb_statuses: ["UpToDate"],
  max_collateral_age_seconds: 600,
  collateral_floor: NO_COLLATERAL_SEEN,
  insecure_dev_key: evidence.public_key,
};

test("behavior: report data is version, SHA3-384 of both keys, zeros", () => {
  for (const { report_data, ...keys } of vectors.report_data) {
    assert.equal(Buffer.from(reportDataFor(keys)).toString("hex"), report_data);
  }
});

test("behavior: a development statement is what the vector says, and verifies", () => {
  const { measurement, report_data, issued_at } = evidence;
  const keyPair = ed25519KeyPairFromSeed(Buffer.from(vectors.dev.seed, "hex"));
  const signed = signDevEvidence(keyPair, measurement, Buffer.from(report_data, "hex"), issued_at);
  assert.deepEqual(signed, evidence);
  const verified = verifyEvidence(parseEvidence(evidence), { now: issued_at, policy });
  assert.deepEqual(verified.tcb, { status: "INSECURE-DEV", advisories: [] });
  requireKeys(verified, vectors.report_data[0]!);
});

test("behavior: without a development key in the policy, or with another, it is refused", () => {
  const at = { now: evidence.issued_at };
  const other = generateEd25519KeyPair();
  const theirs = signDevEvidence(other, evidence.measurement, Buffer.alloc(64), evidence.issued_at);
  assert.throws(() => verifyEvidence(evidence, { ...at, policy: { ...policy, insecure_dev_key: null } }), {
    code: "PLATFORM_NOT_ALLOWED",
  });
  assert.throws(() => verifyEvidence(theirs, { ...at, policy }), { code: "PLATFORM_NOT_ALLOWED" });
});

test("behavior: it is refused before its time and when it is old", () => {
  for (const now of [evidence.issued_at - 1, evidence.issued_at + 601]) {
    assert.throws(() => verifyEvidence(evidence, { now, policy }), { code: "COLLATERAL_AGE" });
  }
});

test("behavior: each changed field is refused", () => {
  for (const [name, value] of Object.entries(evidence)) {
    const changed =
      typeof value === "number"
        ? value + 1
        : value.replace(/.$/, (last: string) => (last === "1" ? "2" : "1"));
    const codes = ["BAD_FORMAT", "SIGNATURE", "PLATFORM_NOT_ALLOWED"];
    assert.ok(codes.includes(codeOf({ ...evidence, [name]: changed })), name);
    const { [name]: _, ...without } = { ...evidence } as Record<string, unknown>;
    assert.equal(codeOf(without), "BAD_FORMAT", `without ${name}`);
  }
  assert.equal(codeOf({ ...evidence, more: 1 }), "BAD_FORMAT");
});

test("property: anything else is refused as malformed", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(codeOf(value), "BAD_FORMAT");
    }),
  );
});

function codeOf(value: unknown): string {
  try {
    verifyEvidence(parseEvidence(value), { now: evidence.issued_at, policy });
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
