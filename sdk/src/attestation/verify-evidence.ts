import { canonicalJson } from "../crypto/canonical-json.ts";
import { equalBytes } from "../crypto/equal-bytes.ts";
import { sha256Hex } from "../crypto/sha256-hex.ts";
import { AttestationError } from "./attestation-error.ts";
import { askBothVerifiers } from "./dcap-verifiers.ts";
import { verifyDevEvidence } from "./dev-attestation.ts";
import { type RuntimeEvent, replayEventLog } from "./event-log.ts";
import type { Evidence, SgxEvidence, TdxEvidence } from "./evidence.ts";
import type { AttestationPolicy, CollateralVersion } from "./policy.ts";
import { type EnclaveReport, parseQuote, type Quote, type TdReport } from "./quote.ts";
import { checkQuotingEnclave, checkTdxModule } from "./quoting-enclave.ts";
import { type AttestedKeys, reportDataFor } from "./report-data.ts";
import { verifyCollateral } from "./verify-collateral.ts";

/** What evidence proves. */
export interface VerifiedEvidence {
  readonly platform: Evidence["kind"];
  /** Names the program: sha256, lower-case hex, over RFC 8785 JSON of all that was measured and isn't per machine. */
  readonly measurement: string;
  readonly reportData: Uint8Array;
  readonly tcb: { readonly status: string; readonly advisories: readonly string[] };
  /** Raise the policy's floor to this; null for development evidence, which has none. */
  readonly collateral: CollateralVersion | null;
}

/**
 * Verifies evidence at a time: Unix seconds by the clock of the chain or of an approval, never of the machine that is
 * judged. Source: recovery-services.md §4.2.
 *
 * @throws AttestationError whose code is the check that refused
 */
export function verifyEvidence(
  evidence: Evidence,
  { now, policy }: { readonly now: number; readonly policy: AttestationPolicy },
): VerifiedEvidence {
  switch (evidence.kind) {
    case "dev":
      return verifyDevEvidence(evidence, now, policy);
    case "dstack-tdx":
    case "sgx-dcap":
      return verifyQuoteEvidence(evidence, now, policy);
  }
}

/** Refuses evidence that speaks for other keys. Throws AttestationError `REPORT_DATA`. */
export function requireKeys(verified: VerifiedEvidence, keys: AttestedKeys): void {
  if (!equalBytes(verified.reportData, reportDataFor(keys))) {
    throw new AttestationError(
      "REPORT_DATA",
      "the quote is for other keys than the given TLS and account keys",
    );
  }
}

function verifyQuoteEvidence(
  evidence: TdxEvidence | SgxEvidence,
  now: number,
  policy: AttestationPolicy,
): VerifiedEvidence {
  const bytes = Buffer.from(evidence.quote, "hex");
  const quote = parseQuote(bytes);
  const collateral = verifyCollateral(evidence.collateral, quote, now, policy);
  const statuses = [checkQuotingEnclave(quote.quotingEnclave, collateral.qeIdentity)];
  const { report } = quote;
  if (report.kind === "tdx") statuses.push(checkTdxModule(report, collateral.tcbInfo));
  const measured = evidence.kind === "dstack-tdx" ? measureTdx(evidence, report) : measureSgx(report);
  const verdict = askBothVerifiers(bytes, evidence.collateral, now);
  if (verdict.reportData !== Buffer.from(report.reportData).toString("hex")) {
    throw new AttestationError("VERIFIERS_DISAGREE", "the verifiers read other report data");
  }
  checkStatuses([verdict.status, ...statuses], policy);
  return {
    platform: evidence.kind,
    measurement: sha256Hex(canonicalJson(measured)),
    reportData: report.reportData,
    tcb: { status: verdict.status, advisories: verdict.advisories },
    collateral: collateral.version,
  };
}

function checkStatuses(statuses: readonly string[], policy: AttestationPolicy): void {
  const bad = statuses.find((status) => !policy.accepted_tcb_statuses.includes(status));
  if (bad === undefined) return;
  const accepted = policy.accepted_tcb_statuses.join(", ");
  throw new AttestationError("TCB_STATUS", `the platform is ${bad}, the policy takes ${accepted}`);
}

function measureTdx({ event_log, app_compose }: TdxEvidence, report: Quote["report"]): object {
  if (report.kind !== "tdx") throw new AttestationError("QUOTE_MALFORMED", "expected a quote of TDX");
  const events = replayEventLog(event_log, app_compose, report);
  const [rtmr0, rtmr1, rtmr2] = report.runtimeRegisters.map(hex);
  return {
    platform: "dstack-tdx",
    mrtd: hex(report.mrTd),
    rtmr0,
    rtmr1,
    rtmr2,
    runtime_events: events.filter(({ event }) => event !== "instance-id").map(eventText),
    ...domainSettings(report),
  };
}

function domainSettings(report: TdReport): object {
  return {
    td_attributes: hex(report.tdAttributes),
    xfam: hex(report.xfam),
    mr_config_id: hex(report.mrConfigId),
    mr_owner: hex(report.mrOwner),
    mr_owner_config: hex(report.mrOwnerConfig),
  };
}

function measureSgx(report: EnclaveReport | TdReport): object {
  if (report.kind !== "sgx") throw new AttestationError("QUOTE_MALFORMED", "expected a quote of SGX");
  return {
    platform: "sgx-dcap",
    mrenclave: hex(report.mrEnclave),
    mrsigner: hex(report.mrSigner),
    isv_prod_id: report.isvProdId,
    isv_svn: report.isvSvn,
    attributes: hex(report.attributes),
    misc_select: hex(report.miscSelect),
    config_id: hex(report.configId),
    config_svn: report.configSvn,
    isv_ext_prod_id: hex(report.isvExtProdId),
    isv_family_id: hex(report.isvFamilyId),
  };
}

function eventText({ event, event_payload }: RuntimeEvent): readonly [string, string] {
  return [event, event_payload];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
