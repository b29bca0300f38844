import { existsSync, readFileSync } from "node:fs";
import { dstackEvidence } from "../../src/attestation/dstack-agent.ts";
import type { TdxEvidence } from "../../src/attestation/evidence.ts";
import { type AttestationPolicy, NO_COLLATERAL_SEEN } from "../../src/attestation/policy.ts";
import type { AttestedKeys } from "../../src/attestation/report-data.ts";

const FOLDER = new URL("../../../../shared/data/tdx/", import.meta.url);

/** When the real quote's collateral was in its time: Unix seconds. */
export const REAL_QUOTE_TIME = 1_786_622_400;

/** Why tests with the real quote are left out, or false where its folder is. */
export const NO_REAL_QUOTE: string | false = existsSync(FOLDER)
  ? false
  : `the folder ${FOLDER.pathname} with a real TDX quote is absent`;

export const STRICT_POLICY: AttestationPolicy = {
  accepted_tcb_statuses: ["UpToDate"],
  max_collateral_age_seconds: 30 * 86_400,
  collateral_floor: NO_COLLATERAL_SEEN,
  insecure_dev_key: null,
};

/** The agent's answers as they came from a machine with TDX, with its collateral. */
export function realAnswers() {
  const tcbInfo = readJson("tcb_info.json");
  return {
    quote: Buffer.from(readJson("quote.json")).toString("hex"),
    collateral: readJson("collateral.json"),
    event_log: tcbInfo.event_log as Record<string, unknown>[],
    app_compose: tcbInfo.app_compose as string,
  };
}

export function realEvidence(): TdxEvidence {
  return dstackEvidence(realAnswers());
}

/** The keys that the real quote speaks for. */
export function realKeys(): AttestedKeys {
  return {
    tls_public_key: readText("near_p2p_public_key.pub"),
    account_public_key: readText("near_account_public_key.pub"),
  };
}

function readText(name: string): string {
  return readFileSync(new URL(name, FOLDER), "utf8").trim();
}

function readJson(name: string) {
  return JSON.parse(readText(name));
}
