import type { Committee } from "../../sdk/src/approval/committee.ts";
import type { AttestationPolicy } from "../../sdk/src/attestation/policy.ts";
import {
  FormatError,
  strictInteger,
  strictObject,
  strictText,
} from "../../sdk/src/attestation/strict-fields.ts";
import type { LightHead } from "../../sdk/src/lightclient/light-head.ts";
import { parseHead } from "../../sdk/src/lightclient/stored-head.ts";
import { checkPolicy } from "../safe-mode/image.ts";

/** What is pinned in the program's image, and so measured: nobody chooses it where the program runs. */
export interface EnclaveImage {
  readonly network: string;
  readonly contract: string;
  /** Major version of the program whose seed it is. */
  readonly version: number;
  /** Who approves the next program until votes are enforced. */
  readonly committee: Committee;
  /** Who may let a program in without a vote; its threshold is the higher one. */
  readonly break_glass: Committee;
  /** How long break-glass must have been under way in the program's own sight. */
  readonly break_glass_wait_seconds: number;
  /** How many upgrades committee and vote must have agreed on in a row until the vote alone decides. */
  readonly agreements_needed: number;
  readonly max_approval_seconds: number;
  readonly max_handover_seconds: number;
  /** How many operators bring the seed back. */
  readonly backup_threshold: number;
  /** How many operators there must be at least to deal shares to, whatever an RPC says of who takes part. */
  readonly backup_owners: number;
  readonly policy: AttestationPolicy;
  /** A block that the image's makers believe, from which on the program follows the chain. */
  readonly head: LightHead;
}

/** Reads an image's description. Throws FormatError, LightClientError. */
export function parseEnclaveImage(value: unknown): EnclaveImage {
  const others = ["network", "contract", "committee", "break_glass", "policy", "head"];
  const fields = strictObject(value, "image", [...Object.keys(NUMBERS), ...others]);
  const number = (name: keyof typeof NUMBERS) =>
    strictInteger(fields[name], `image.${name}`, NUMBERS[name][0], NUMBERS[name][1]);
  checkPolicy(fields.policy, "image.policy");
  const image: EnclaveImage = {
    network: strictText(fields.network, "image.network", NAME, 64),
    contract: strictText(fields.contract, "image.contract", NAME, 64),
    version: number("version"),
    committee: parseCommittee(fields.committee, "image.committee"),
    break_glass: parseCommittee(fields.break_glass, "image.break_glass"),
    break_glass_wait_seconds: number("break_glass_wait_seconds"),
    agreements_needed: number("agreements_needed"),
    max_approval_seconds: number("max_approval_seconds"),
    max_handover_seconds: number("max_handover_seconds"),
    backup_threshold: number("backup_threshold"),
    backup_owners: number("backup_owners"),
    policy: fields.policy as AttestationPolicy,
    head: parseHead(JSON.stringify(fields.head)),
  };
  checkTogether(image);
  return image;
}

/** Numbers that are right each alone, and together would bar a way or open one. */
function checkTogether(image: EnclaveImage): void {
  const { committee, break_glass, break_glass_wait_seconds, max_approval_seconds } = image;
  // A challenge isn't kept for longer than a statement counts: the wait must end before.
  if (break_glass_wait_seconds >= max_approval_seconds)
    throw new FormatError("image.break_glass_wait_seconds", "less than max_approval_seconds");
  if (break_glass.root === committee.root && break_glass.threshold <= committee.threshold)
    throw new FormatError("image.break_glass.threshold", "more of the same people than in the committee");
  if (image.backup_owners < image.backup_threshold)
    throw new FormatError("image.backup_owners", "at least backup_threshold");
}

const NAME = /^[a-z0-9._-]{1,64}$/;
const YEAR_SECONDS = 31_536_000;
const NUMBERS = {
  version: [0, 0xffff_ffff],
  break_glass_wait_seconds: [1, YEAR_SECONDS],
  agreements_needed: [1, 100],
  max_approval_seconds: [1, YEAR_SECONDS],
  max_handover_seconds: [1, YEAR_SECONDS],
  backup_threshold: [2, 255],
  backup_owners: [2, 255],
} as const;

function parseCommittee(value: unknown, place: string): Committee {
  const { root, threshold } = strictObject(value, place, ["root", "threshold"]);
  return {
    root: strictText(root, `${place}.root`, /^[0-9a-f]{64}$/, 64),
    threshold: strictInteger(threshold, `${place}.threshold`, 1, 256),
  };
}
