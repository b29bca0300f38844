import assert from "node:assert/strict";
import { test } from "node:test";
import { verifyIntelChain } from "../../src/attestation/certificates.ts";
import { type AttestationPolicy, NO_COLLATERAL_SEEN } from "../../src/attestation/policy.ts";
import { type IntelChains, verifyDocuments } from "../../src/attestation/verify-collateral.ts";
import { errorCode } from "../../src/errors/base-error.ts";
import {
  authority,
  CHAINS,
  chainPem,
  DAY,
  isoTime,
  MADE_UP_NOW,
  madeUpCollateral,
  type Oddities,
  otherCa,
  pck,
  pckCa,
  root,
  TDX_QUOTE,
  tcbSigning,
} from "./made-up-intel.ts";

// Each rule alone, on documents that only this one is wrong with: real ones can't be had for that.
const POLICY: AttestationPolicy = {
  accepted_tcb_statuses: ["UpToDate"],
  max_collateral_age_seconds: 7 * DAY,
  collateral_floor: NO_COLLATERAL_SEEN,
  insecure_dev_key: null,
};

test("behavior: documents of one platform, signed, in time and not revoked are taken", () => {
  const { version } = verifyDocuments(CHAINS, madeUpCollateral(), TDX_QUOTE, {
    now: MADE_UP_NOW,
    policy: POLICY,
  });
  assert.deepEqual(version, {
    tcb_evaluation: 18,
    qe_evaluation: 19,
    root_crl_issued_at: MADE_UP_NOW - DAY,
    pck_crl_issued_at: MADE_UP_NOW - DAY,
  });
});

test("behavior: a chain that is right in everything but the root's key isn't Intel's", () => {
  const found = refusal(() => verifyIntelChain(chainPem(pck, pckCa, root), "pck", MADE_UP_NOW));
  assert.match(found, /CERTIFICATE_CHAIN.*the root [0-9a-f]{64} isn't Intel's/);
});

test("behavior: a chain with a certificate more or less, or one that may not sign, is refused for that", () => {
  const chain = (...certificates: (typeof root)[]) =>
    refusal(() => verifyIntelChain(chainPem(...certificates), "tcbSigning", MADE_UP_NOW));
  assert.match(chain(tcbSigning, root, root), /expected 2 certificates, found 3/);
  assert.match(chain(tcbSigning), /at least a leaf and a root|expected 2/);
  const powerless = authority("Intel SGX Root CA", "root", null, false);
  const below = authority("Intel SGX TCB Signing", "tcbSigning", powerless, false);
  assert.match(chain(below, powerless), /CA flag/);
  const powerful = authority("Intel SGX TCB Signing", "tcbSigning", root, true);
  assert.match(chain(powerful, root), /CA flag/);
});

test("behavior: every certificate in use is looked up in its list", () => {
  assert.match(codeWith({ pckList: { revoked: ["pck"] } }), /REVOCATION.*revoked/);
  for (const name of ["pckCa", "tcbSigning", "qeSigning", "root"] as const) {
    assert.match(codeWith({ rootList: { revoked: ["otherCa", name] } }), /REVOCATION.*revoked/, name);
  }
  assert.equal(codeWith({ rootList: { revoked: ["otherCa"] } }), "accepted");
});

test("behavior: a list by another issuer, or out of its time, is refused", () => {
  assert.match(codeWith({ pckList: { issuer: otherCa } }), /REVOCATION.*another issuer/);
  // Another key under the issuer's name.
  const twin = authority("Intel SGX PCK Platform CA", "pckCa", root, true);
  assert.match(codeWith({ pckList: { issuer: twin } }), /REVOCATION.*isn't signed/);
  for (const list of ["pckList", "rootList"] as const) {
    assert.match(codeWith({ [list]: { issuedAt: MADE_UP_NOW + 1 } }), /REVOCATION.*valid from/);
    assert.match(codeWith({ [list]: { nextUpdate: MADE_UP_NOW - 1 } }), /REVOCATION.*valid from/);
  }
});

test("behavior: the list of another authority than the platform's own is refused, though Intel signed it", () => {
  const chains = { ...CHAINS, pckCa: [otherCa.certificate, root.certificate] } as const;
  assert.match(
    codeWith({ pckList: { issuer: otherCa } }, chains),
    /CERTIFICATE_CHAIN.*issuer isn't the PCK's/,
  );
});

test("behavior: documents for another family, kind of platform or enclave are refused", () => {
  assert.match(codeWith({ tcbInfo: { fmspc: "b0c06f000001" } }), /TCB_INFO.*platform/);
  assert.match(codeWith({ tcbInfo: { pceId: "0001" } }), /TCB_INFO.*platform/);
  assert.match(codeWith({ tcbInfo: { id: "SGX" } }), /TCB_INFO.*TDX/);
  assert.match(codeWith({ qeIdentity: { id: "QE" } }), /QE_IDENTITY.*TD_QE/);
});

test("behavior: documents from the future, at their end, or older than the policy takes are refused", () => {
  for (const document of ["tcbInfo", "qeIdentity"] as const) {
    const dated = (issueDate: number, nextUpdate: number) =>
      codeWith({ [document]: { issueDate: isoTime(issueDate), nextUpdate: isoTime(nextUpdate) } });
    assert.match(dated(MADE_UP_NOW + 1, MADE_UP_NOW + DAY), /COLLATERAL_AGE.*issued at/);
    assert.match(dated(MADE_UP_NOW - 2 * DAY, MADE_UP_NOW - 1), /COLLATERAL_AGE.*ended at/);
    assert.match(dated(MADE_UP_NOW - 7 * DAY - 1, MADE_UP_NOW + DAY), /COLLATERAL_AGE.*policy/);
    assert.equal(dated(MADE_UP_NOW - 7 * DAY, MADE_UP_NOW), "accepted");
  }
  const old = { issuedAt: MADE_UP_NOW - 7 * DAY - 1 };
  assert.match(codeWith({ pckList: old }), /COLLATERAL_AGE.*policy/);
  // The root's list is renewed once a year.
  assert.equal(codeWith({ rootList: old }), "accepted");
});

test("behavior: anything older than what was seen before is a rollback", () => {
  const seen = { tcb_evaluation: 18, qe_evaluation: 19, root_crl_issued_at: 0, pck_crl_issued_at: 0 };
  const lists = { root_crl_issued_at: MADE_UP_NOW - DAY, pck_crl_issued_at: MADE_UP_NOW - DAY };
  const floor = { ...seen, ...lists };
  assert.equal(codeWith({}, CHAINS, { ...POLICY, collateral_floor: floor }), "accepted");
  const older: readonly Oddities[] = [
    { tcbInfo: { tcbEvaluationDataNumber: 17 } },
    { qeIdentity: { tcbEvaluationDataNumber: 18 } },
    { rootList: { issuedAt: MADE_UP_NOW - DAY - 1 } },
    { pckList: { issuedAt: MADE_UP_NOW - DAY - 1 } },
  ];
  for (const odd of older) {
    const found = codeWith(odd, CHAINS, { ...POLICY, collateral_floor: floor });
    assert.match(found, /COLLATERAL_ROLLBACK/, JSON.stringify(odd));
  }
});

function codeWith(odd: Oddities, chains: IntelChains = CHAINS, policy = POLICY): string {
  return refusal(() =>
    verifyDocuments(chains, madeUpCollateral(odd), TDX_QUOTE, { now: MADE_UP_NOW, policy }),
  );
}

/** Code and message of the refusal, or "accepted". */
function refusal(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return `${errorCode(error)} ${error instanceof Error ? error.message : ""}`;
  }
}
