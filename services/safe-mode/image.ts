import type { Committee } from "../../sdk/src/approval/committee.ts";
import type { AttestationPolicy } from "../../sdk/src/attestation/policy.ts";
import {
  FormatError,
  strictInteger,
  strictList,
  strictObject,
  strictText,
} from "../../sdk/src/attestation/strict-fields.ts";

/** What is pinned in the program's image, in a file beside the program: nobody chooses it on the command line. */
export interface Image {
  readonly network: string;
  readonly contract: string;
  /** Major version of the program whose seed is sealed. */
  readonly version: number;
  /** Measurement of that program. */
  readonly from: string;
  readonly committee: Committee;
  readonly max_approval_seconds: number;
  /** The only accounts that the seed may go to. */
  readonly sequencer_accounts: readonly string[];
  readonly policy: AttestationPolicy;
  /** File with the platform's sealing key: 64 lower-case hex digits. */
  readonly sealing_key_file: string;
}

/** Reads an image's description. Throws FormatError. */
export function parseImage(value: unknown): Image {
  const texts = { network: NAME, contract: NAME, from: HASH, sealing_key_file: /^\/[ -~]+$/ };
  const others = ["version", "committee", "max_approval_seconds", "sequencer_accounts", "policy"];
  const fields = strictObject(value, "image", [...Object.keys(texts), ...others]);
  for (const [name, pattern] of Object.entries(texts))
    strictText(fields[name], `image.${name}`, pattern, 256);
  strictInteger(fields.version, "image.version", 0, 0xffff_ffff);
  strictInteger(fields.max_approval_seconds, "image.max_approval_seconds", 1, 31_536_000);
  const { root, threshold } = strictObject(fields.committee, "image.committee", ["root", "threshold"]);
  strictText(root, "image.committee.root", HASH, 64);
  strictInteger(threshold, "image.committee.threshold", 1, 256);
  for (const account of strictList(fields.sequencer_accounts, "image.sequencer_accounts", 1, 16)) {
    strictText(account, "image.sequencer_accounts", NAME, 64);
  }
  checkPolicy(fields.policy, "image.policy");
  return value as Image;
}

const NAME = /^[a-z0-9._-]{1,64}$/;
const HASH = /^[0-9a-f]{64}$/;

/** Refuses what isn't an attestation policy. Throws FormatError. */
export function checkPolicy(value: unknown, place: string): void {
  const names = [
    "accepted_tcb_statuses",
    "max_collateral_age_seconds",
    "collateral_floor",
    "insecure_dev_key",
  ];
  const policy = strictObject(value, place, names);
  for (const status of strictList(policy.accepted_tcb_statuses, `${place}.accepted_tcb_statuses`, 0, 16)) {
    strictText(status, `${place}.accepted_tcb_statuses`, /^[A-Za-z]+$/, 64);
  }
  strictInteger(policy.max_collateral_age_seconds, `${place}.max_collateral_age_seconds`, 1, 31_536_000);
  const floor = ["tcb_evaluation", "qe_evaluation", "root_crl_issued_at", "pck_crl_issued_at"];
  for (const number of Object.values(
    strictObject(policy.collateral_floor, `${place}.collateral_floor`, floor),
  )) {
    strictInteger(number, `${place}.collateral_floor`, 0, Number.MAX_SAFE_INTEGER);
  }
  if (policy.insecure_dev_key === null) return;
  if (typeof policy.insecure_dev_key !== "string")
    throw new FormatError(`${place}.insecure_dev_key`, "a key or null");
  strictText(policy.insecure_dev_key, `${place}.insecure_dev_key`, /^ed25519:/, 64);
}
