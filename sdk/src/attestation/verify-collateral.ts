import type { X509Certificate } from "node:crypto";
import { AttestationError } from "./attestation-error.ts";
import { type IntelChain, verifyIntelChain } from "./certificates.ts";
import type { Collateral } from "./evidence.ts";
import { type QeIdentity, readQeIdentity, readTcbInfo, type TcbInfo } from "./intel-documents.ts";
import { platformOf } from "./pck-extension.ts";
import type { AttestationPolicy, CollateralVersion } from "./policy.ts";
import type { Quote } from "./quote.ts";
import { type RevocationList, refuseRevoked, verifyRevocationList } from "./revocation-list.ts";

/** Intel's documents for a quote, each of them authentic, in time, not older than the policy allows. */
export interface VerifiedCollateral {
  readonly tcbInfo: TcbInfo;
  readonly qeIdentity: QeIdentity;
  readonly version: CollateralVersion;
}

/**
 * Checks what neither DCAP library checks whole: revocation lists by their issuers' signatures, which certificate may
 * sign what, age, rollback, and that everything is about the quote's platform.
 *
 * @param now Unix seconds
 * @throws AttestationError with the check that failed
 */
export function verifyCollateral(
  collateral: Collateral,
  quote: Quote,
  now: number,
  policy: AttestationPolicy,
): VerifiedCollateral {
  const again = collateral.pck_certificate_chain;
  if (again !== undefined && again !== quote.certificateChain) {
    throw new AttestationError("CERTIFICATE_CHAIN", "the collateral's PCK chain isn't the quote's");
  }
  const chains: IntelChains = {
    pck: verifyIntelChain(quote.certificateChain, "pck", now),
    pckCa: verifyIntelChain(collateral.pck_crl_issuer_chain, "pckCa", now),
    tcbSigning: verifyIntelChain(collateral.tcb_info_issuer_chain, "tcbSigning", now),
    qeSigning: verifyIntelChain(collateral.qe_identity_issuer_chain, "tcbSigning", now),
  };
  return verifyDocuments(chains, collateral, quote, { now, policy });
}

/** The chains behind a quote and its collateral, each verified up to Intel's root. */
export type IntelChains = Readonly<Record<"pck" | "pckCa" | "tcbSigning" | "qeSigning", IntelChain>>;

/** What `verifyCollateral` does once the chains are verified. Throws as it does. */
export function verifyDocuments(
  { pck, pckCa, tcbSigning, qeSigning }: IntelChains,
  collateral: Collateral,
  quote: Quote,
  { now, policy }: { readonly now: number; readonly policy: AttestationPolicy },
): VerifiedCollateral {
  if (!pck[1]!.raw.equals(pckCa[0].raw)) {
    throw new AttestationError("CERTIFICATE_CHAIN", "the revocation list's issuer isn't the PCK's");
  }
  const rootList = verifyRevocationList(Buffer.from(collateral.root_ca_crl, "hex"), pck.at(-1)!, now);
  const pckList = verifyRevocationList(Buffer.from(collateral.pck_crl, "hex"), pckCa[0], now);
  refuseRevoked(pck[0], pckList);
  for (const issuer of [pckCa, tcbSigning, qeSigning].flat()) refuseRevoked(issuer, rootList);
  const tcbInfo = readTcbInfo(collateral.tcb_info, collateral.tcb_info_signature, tcbSigning[0]);
  const qeIdentity = readQeIdentity(collateral.qe_identity, collateral.qe_identity_signature, qeSigning[0]);
  checkSubject(tcbInfo, qeIdentity, quote, pck[0]);
  // Intel renews the root's list once a year, so its age says nothing; its end was checked with its signature.
  checkAge([tcbInfo, qeIdentity, pckList], now, policy);
  return { tcbInfo, qeIdentity, version: checkRollback(tcbInfo, qeIdentity, rootList, pckList, policy) };
}

function checkSubject(tcbInfo: TcbInfo, qeIdentity: QeIdentity, quote: Quote, pck: X509Certificate): void {
  const [wantedTcb, wantedQe] = quote.report.kind === "tdx" ? ["TDX", "TD_QE"] : ["SGX", "QE"];
  if (tcbInfo.id !== wantedTcb) throw new AttestationError("TCB_INFO", `expected one for ${wantedTcb}`);
  if (qeIdentity.id !== wantedQe) throw new AttestationError("QE_IDENTITY", `expected one of ${wantedQe}`);
  let platform: { fmspc: string; pceId: string };
  try {
    platform = platformOf(pck);
  } catch (error) {
    throw new AttestationError("CERTIFICATE_CHAIN", "the PCK certificate names no platform", error);
  }
  if (platform.fmspc !== tcbInfo.fmspc || platform.pceId !== tcbInfo.pceId) {
    throw new AttestationError("TCB_INFO", `expected one for platform ${platform.fmspc}`);
  }
}

interface Dated {
  readonly issuedAt: number;
  readonly nextUpdate: number;
}

function checkAge(documents: readonly Dated[], now: number, policy: AttestationPolicy): void {
  for (const { issuedAt, nextUpdate } of documents) {
    if (now < issuedAt) throw new AttestationError("COLLATERAL_AGE", `issued at ${issuedAt}, it is ${now}`);
    if (now > nextUpdate)
      throw new AttestationError("COLLATERAL_AGE", `ended at ${nextUpdate}, it is ${now}`);
    const oldest = now - policy.max_collateral_age_seconds;
    if (issuedAt < oldest) {
      throw new AttestationError(
        "COLLATERAL_AGE",
        `issued at ${issuedAt}, the policy wants ${oldest} or later`,
      );
    }
  }
}

function checkRollback(
  tcbInfo: TcbInfo,
  qeIdentity: QeIdentity,
  rootList: RevocationList,
  pckList: RevocationList,
  { collateral_floor: floor }: AttestationPolicy,
): CollateralVersion {
  const version = {
    tcb_evaluation: tcbInfo.evaluation,
    qe_evaluation: qeIdentity.evaluation,
    root_crl_issued_at: rootList.issuedAt,
    pck_crl_issued_at: pckList.issuedAt,
  };
  for (const name of Object.keys(version) as (keyof CollateralVersion)[]) {
    if (version[name] < floor[name]) {
      throw new AttestationError(
        "COLLATERAL_ROLLBACK",
        `${name} is ${version[name]}, was ${floor[name]} before`,
      );
    }
  }
  return version;
}
