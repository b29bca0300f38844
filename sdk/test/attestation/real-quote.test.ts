import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { verifyIntelChain } from "../../src/attestation/certificates.ts";
import { askBothVerifiers, javascriptVerifier, wasmVerifier } from "../../src/attestation/dcap-verifiers.ts";
import { dstackEvidence } from "../../src/attestation/dstack-agent.ts";
import { type Evidence, parseEvidence, type TdxEvidence } from "../../src/attestation/evidence.ts";
import type { AttestationPolicy } from "../../src/attestation/policy.ts";
import { refuseRevoked, verifyRevocationList } from "../../src/attestation/revocation-list.ts";
import { requireKeys, verifyEvidence } from "../../src/attestation/verify-evidence.ts";
import { errorCode } from "../../src/errors/base-error.ts";
import { quoteParts } from "./quote-fields.ts";
import {
  NO_REAL_QUOTE,
  REAL_QUOTE_TIME,
  realAnswers,
  realEvidence,
  realKeys,
  STRICT_POLICY,
} from "./real-quote.ts";

const real = NO_REAL_QUOTE === false ? realEvidence() : undefined;

describe("a real TDX quote", { skip: NO_REAL_QUOTE }, () => {
  test("behavior: it verifies at its time, for its keys", () => {
    const verified = verifyEvidence(real!, { now: REAL_QUOTE_TIME, policy: STRICT_POLICY });
    assert.deepEqual(verified.tcb, { status: "UpToDate", advisories: [] });
    assert.equal(verified.measurement, "670d8795f884cdb6a65af519d5d3f15157e31a8468bce770bdd5786a72acbb6f");
    requireKeys(verified, realKeys());
  });

  test("behavior: it fails today, and before its time", () => {
    assert.equal(checkAt(Math.floor(Date.now() / 1_000)), "REVOCATION");
    assert.equal(checkAt(REAL_QUOTE_TIME - 86_400), "REVOCATION");
    assert.equal(checkAt(REAL_QUOTE_TIME - 20 * 365 * 86_400), "CERTIFICATE_CHAIN");
  });

  test("behavior: each verifier must accept, and both must see the same", () => {
    const quote = Buffer.from(real!.quote, "hex");
    const refusing = () => {
      throw new Error("no");
    };
    const other = () => ({ ...wasmVerifier(quote, real!.collateral, REAL_QUOTE_TIME), status: "OutOfDate" });
    const ask = (first: typeof javascriptVerifier, second: typeof javascriptVerifier) =>
      codeOf(() => askBothVerifiers(quote, real!.collateral, REAL_QUOTE_TIME, [first, second]));
    assert.equal(ask(javascriptVerifier, wasmVerifier), "accepted");
    assert.equal(ask(refusing, wasmVerifier), "FIRST_VERIFIER");
    assert.equal(ask(javascriptVerifier, refusing), "SECOND_VERIFIER");
    assert.equal(ask(javascriptVerifier, other), "VERIFIERS_DISAGREE");
  });

  test("behavior: either verifier alone takes forged collateral, which together with the checks here is refused", () => {
    const { pck_crl, qe_identity } = real!.collateral;
    const forgedList = withCollateral("pck_crl", changedAt(pck_crl, pck_crl.length - 6));
    const forgedIdentity = withCollateral(
      "qe_identity",
      qe_identity.replace('"isvprodid":2', '"isvprodid":3'),
    );
    const foreignIssuer = withCollateral("pck_crl_issuer_chain", "nobody");
    const alone = (verifier: typeof javascriptVerifier, { quote, collateral }: TdxEvidence) => {
      const { pck_certificate_chain: _, ...published } = collateral;
      return codeOf(() => verifier(Buffer.from(quote, "hex"), published, REAL_QUOTE_TIME));
    };
    assert.equal(alone(javascriptVerifier, forgedList), "accepted");
    assert.equal(alone(wasmVerifier, forgedIdentity), "accepted");
    assert.equal(alone(javascriptVerifier, foreignIssuer), "accepted");
    assert.equal(alone(wasmVerifier, foreignIssuer), "accepted");
    assert.equal(codeWith(forgedList), "REVOCATION");
    assert.equal(codeWith(forgedIdentity), "QE_IDENTITY");
    assert.equal(codeWith(foreignIssuer), "CERTIFICATE_CHAIN");
  });

  test("behavior: the policy decides on status, age, and what was seen before", () => {
    const { collateral } = verifyEvidence(real!, { now: REAL_QUOTE_TIME, policy: STRICT_POLICY });
    const under = (change: Partial<AttestationPolicy>) =>
      checkAt(REAL_QUOTE_TIME, { ...STRICT_POLICY, ...change });
    assert.equal(under({ accepted_tcb_statuses: ["OutOfDate"] }), "TCB_STATUS");
    assert.equal(under({ max_collateral_age_seconds: 3_600 }), "COLLATERAL_AGE");
    assert.equal(under({ collateral_floor: collateral! }), "accepted");
    for (const name of Object.keys(collateral!) as (keyof typeof collateral & string)[]) {
      const floor = { ...collateral!, [name]: collateral![name] + 1 };
      assert.equal(under({ collateral_floor: floor }), "COLLATERAL_ROLLBACK", name);
    }
  });

  test("behavior: a quote for other keys is refused, also with the two keys exchanged", () => {
    const verified = verifyEvidence(real!, { now: REAL_QUOTE_TIME, policy: STRICT_POLICY });
    const { tls_public_key, account_public_key } = realKeys();
    const exchanged = { tls_public_key: account_public_key, account_public_key: tls_public_key };
    assert.throws(() => requireKeys(verified, exchanged), { code: "REPORT_DATA" });
  });

  for (const { name, start, length, check } of NO_REAL_QUOTE === false ? quoteParts() : []) {
    test(`behavior: a changed quote is refused: ${name}`, () => {
      for (const at of new Set([start, start + length - 1])) {
        assert.equal(codeWith(withQuoteByte(at)), check, `byte ${at}`);
      }
    });
  }

  test("behavior: the table of changes covers the whole quote", () => {
    const { start, length } = quoteParts().at(-1)!;
    assert.equal(start + length, real!.quote.length / 2);
  });

  test("behavior: a quote cut off or extended anywhere is refused", () => {
    for (let length = 0; length < real!.quote.length - 140; length += 2 * 97) {
      const code = codeWith({ ...real!, quote: real!.quote.slice(0, length) });
      assert.ok(code === "QUOTE_MALFORMED" || (length === 0 && code === "BAD_FORMAT"), `${length}: ${code}`);
    }
    assert.equal(codeWith({ ...real!, quote: `${real!.quote}01` }), "QUOTE_MALFORMED");
  });

  for (const [name, check] of Object.entries(COLLATERAL_CHECKS())) {
    test(`behavior: changed collateral is refused: ${name}`, () => {
      const text = String(realAnswers().collateral[name]);
      for (let step = 0; step < 12; step++) {
        const at = Math.floor(((text.length - 1) * step) / 11);
        const code = codeWith(withCollateral(name, changedAt(text, at)));
        assert.ok(check.includes(code), `${name}, character ${at}: ${code}`);
      }
      const cut = codeWith(withCollateral(name, text.slice(0, -8)));
      assert.ok(["BAD_FORMAT", ...check].includes(cut), cut);
      assert.equal(codeWith(withCollateral(name, "")), "BAD_FORMAT");
    });
  }

  test("behavior: collateral documents put in each other's place are refused", () => {
    const { collateral } = real!;
    const swaps: readonly (readonly [keyof typeof collateral, keyof typeof collateral])[] = [
      ["pck_crl", "root_ca_crl"],
      ["tcb_info", "qe_identity"],
      ["tcb_info_signature", "qe_identity_signature"],
      ["pck_crl_issuer_chain", "tcb_info_issuer_chain"],
      ["qe_identity_issuer_chain", "pck_crl_issuer_chain"],
    ];
    for (const [one, other] of swaps) {
      const swapped = { ...collateral, [one]: collateral[other], [other]: collateral[one] };
      assert.notEqual(codeWith({ ...real!, collateral: swapped }), "accepted", `${one} for ${other}`);
    }
    // A platform's own certificate may not sign Intel's documents, though it comes from the same root.
    const byPck = { ...collateral, tcb_info_issuer_chain: collateral.pck_certificate_chain! };
    assert.equal(codeWith({ ...real!, collateral: byPck }), "CERTIFICATE_CHAIN");
  });

  test("behavior: a certificate on the revocation list is refused", () => {
    const { collateral } = real!;
    const [issuer] = verifyIntelChain(collateral.pck_crl_issuer_chain, "pckCa", REAL_QUOTE_TIME);
    const list = verifyRevocationList(Buffer.from(collateral.pck_crl, "hex"), issuer, REAL_QUOTE_TIME);
    assert.ok(list.revoked.size > 10, `${list.revoked.size} certificates are revoked`);
    for (const serialNumber of list.revoked) {
      assert.throws(() => refuseRevoked({ serialNumber }, list), { code: "REVOCATION" });
      assert.throws(() => refuseRevoked({ serialNumber: `00${serialNumber}` }, list), { code: "REVOCATION" });
    }
    refuseRevoked(issuer, list);
  });

  test("behavior: every event of the log, and their order, is needed", () => {
    const { event_log } = real!;
    for (const index of event_log.keys()) {
      assert.equal(withLog(event_log.toSpliced(index, 1)), "EVENT_LOG", `without ${index}`);
      assert.equal(withLog(event_log.toSpliced(index, 0, event_log[index]!)), "EVENT_LOG", `${index} twice`);
      const next = event_log.findIndex(({ imr }, at) => at > index && imr === event_log[index]!.imr);
      if (next < 0 || JSON.stringify(event_log[next]) === JSON.stringify(event_log[index])) continue;
      assert.equal(withLog(swapped(event_log, index, next)), "EVENT_LOG", `${index} and ${next} exchanged`);
    }
  });

  test("behavior: every field of every event counts", () => {
    const { event_log } = real!;
    for (const [index, event] of event_log.entries()) {
      for (const [name, value] of Object.entries(event)) {
        const changed = typeof value === "number" ? value ^ 1 : changedAt(value === "" ? "00" : value, 0);
        const code = withLog(event_log.with(index, { ...event, [name]: changed } as typeof event));
        assert.ok(
          code === "EVENT_LOG" || (name === "imr" && code === "BAD_FORMAT"),
          `${index}.${name}: ${code}`,
        );
      }
    }
  });

  test("behavior: another app text than the measured one is refused", () => {
    assert.equal(codeWith({ ...real!, app_compose: `${real!.app_compose} ` }), "EVENT_LOG");
  });

  test("behavior: what nothing proves about firmware events doesn't reach the evidence", () => {
    const answers = realAnswers();
    const told = answers.event_log.map((event) =>
      event.imr === 3 ? event : { ...event, event: "made up", event_payload: "ff", event_type: 7 },
    );
    assert.deepEqual(dstackEvidence({ ...answers, event_log: told }), real);
  });
});

/** Each field of the collateral, with the checks that may notice a change: all lie before the verifiers. */
function COLLATERAL_CHECKS(): Readonly<Record<string, readonly string[]>> {
  if (NO_REAL_QUOTE !== false) return {};
  return {
    pck_crl_issuer_chain: ["CERTIFICATE_CHAIN"],
    root_ca_crl: ["REVOCATION"],
    pck_crl: ["REVOCATION"],
    tcb_info_issuer_chain: ["CERTIFICATE_CHAIN"],
    tcb_info: ["TCB_INFO"],
    tcb_info_signature: ["TCB_INFO"],
    qe_identity_issuer_chain: ["CERTIFICATE_CHAIN"],
    qe_identity: ["QE_IDENTITY"],
    qe_identity_signature: ["QE_IDENTITY"],
    pck_certificate_chain: ["CERTIFICATE_CHAIN"],
  };
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}

function checkAt(now: number, policy = STRICT_POLICY): string {
  return codeOf(() => verifyEvidence(real!, { now, policy }));
}

function codeWith(evidence: Evidence): string {
  const verify = () =>
    verifyEvidence(parseEvidence(evidence), { now: REAL_QUOTE_TIME, policy: STRICT_POLICY });
  return codeOf(verify);
}

function withLog(event_log: TdxEvidence["event_log"]): string {
  return codeWith({ ...real!, event_log });
}

function withQuoteByte(at: number): TdxEvidence {
  const bytes = Buffer.from(real!.quote, "hex");
  bytes[at] = bytes[at]! ^ 1;
  return { ...real!, quote: bytes.toString("hex") };
}

function withCollateral(name: string, text: string): TdxEvidence {
  return { ...real!, collateral: { ...real!.collateral, [name]: text } };
}

/** One character replaced by another that may stand there. */
function changedAt(text: string, at: number): string {
  const other = text[at] === "1" ? "2" : "1";
  return text.slice(0, at) + other + text.slice(at + 1);
}

function swapped<Item>(items: readonly Item[], one: number, other: number): Item[] {
  return items.with(one, items[other]!).with(other, items[one]!);
}
