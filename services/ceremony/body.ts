import {
  FormatError,
  strictHex,
  strictInteger,
  strictList,
  strictObject,
  strictText,
} from "../../sdk/src/attestation/strict-fields.ts";
import { formatPublicKey, parsePublicKey, x25519PublicKey } from "../../sdk/src/crypto/keys.ts";
import { parseSeedBackup, type SeedBackup } from "../../sdk/src/sharing/seed-backup.ts";

/** What a line of a transcript says that was done. */
export type CeremonyBody =
  | ({ readonly act: "opened" } & CeremonyPlan)
  /** A participant: these keys are mine, and I agree to the plan. */
  | { readonly act: "joined"; readonly account: string }
  /** The dealer: this is the seed's backup. */
  | { readonly act: "dealt"; readonly backup: SeedBackup; readonly evidence_sha256: string | null }
  /** A participant: I opened my share, and it is the one with this commitment. */
  | { readonly act: "confirmed"; readonly account: string; readonly share_commitment: string }
  /** The facilitator: everybody has confirmed. */
  | { readonly act: "closed"; readonly commitment: string };

/** What a ceremony is to bring about; fixed by its first line. */
export interface CeremonyPlan {
  readonly network: string;
  readonly contract: string;
  readonly version: number;
  readonly threshold: number;
  /** The TLS key of the program, or the key of the machine, that makes the seed: `ed25519:…`. */
  readonly dealer: string;
  /** Sorted by account. */
  readonly participants: readonly Participant[];
}

export interface Participant {
  readonly account: string;
  /** `ed25519:…` */
  readonly signing_key: string;
  /** `x25519:…` */
  readonly share_key: string;
}

/** Reads a line's body. Throws FormatError or KeyError. */
export function parseBody(value: unknown): CeremonyBody {
  const act = typeof value === "object" && value !== null && "act" in value ? value.act : undefined;
  switch (act) {
    case "opened": {
      const { act: _, ...plan } = strictObject(value, "body", ["act", ...PLAN_FIELDS]);
      return { act, ...parsePlan(plan) };
    }
    case "joined":
      return { act, account: account(strictObject(value, "body", ["act", "account"]).account) };
    case "dealt":
      return parseDealt(value);
    case "confirmed": {
      const fields = strictObject(value, "body", ["act", "account", "share_commitment"]);
      return { act, account: account(fields.account), share_commitment: hash(fields.share_commitment) };
    }
    case "closed":
      return { act, commitment: hash(strictObject(value, "body", ["act", "commitment"]).commitment) };
    default:
      throw new FormatError("body.act", "opened, joined, dealt, confirmed or closed");
  }
}

/** Reads a plan, as the facilitator writes it. Throws FormatError or KeyError. */
export function parsePlan(value: unknown): CeremonyPlan {
  const fields = strictObject(value, "plan", PLAN_FIELDS);
  for (const name of ["network", "contract"]) strictText(fields[name], `plan.${name}`, NAME, 64);
  strictInteger(fields.version, "plan.version", 0, 0xffff_ffff);
  ed25519(fields.dealer, "plan.dealer");
  const participants = strictList(fields.participants, "plan.participants", 2, 255).map(parseParticipant);
  strictInteger(fields.threshold, "plan.threshold", 2, participants.length);
  participants.forEach((each, index) => {
    const before = participants[index - 1];
    if (before !== undefined && before.account >= each.account) {
      throw new FormatError(`plan.participants[${index}]`, "another account, after the one before");
    }
  });
  for (const name of ["signing_key", "share_key"] as const) {
    const keys = new Set(participants.map((each) => each[name]));
    if (keys.size !== participants.length)
      throw new FormatError("plan.participants", `a ${name} of its own for each`);
  }
  return fields as unknown as CeremonyPlan;
}

const PLAN_FIELDS = ["network", "contract", "version", "threshold", "dealer", "participants"];
const NAME = /^[a-z0-9._-]{1,64}$/;

function parseParticipant(value: unknown): Participant {
  const fields = strictObject(value, "participant", ["account", "signing_key", "share_key"]);
  const share_key = strictText(fields.share_key, "participant.share_key", /^x25519:/, 64);
  return {
    account: account(fields.account),
    signing_key: ed25519(fields.signing_key, "participant.signing_key"),
    share_key: x25519PublicKey(share_key),
  };
}

function parseDealt(value: unknown): CeremonyBody {
  const fields = strictObject(value, "body", ["act", "backup", "evidence_sha256"]);
  const { evidence_sha256 } = fields;
  return {
    act: "dealt",
    backup: parseSeedBackup(fields.backup),
    evidence_sha256: evidence_sha256 === null ? null : hash(evidence_sha256),
  };
}

function account(value: unknown): string {
  return strictText(value, "account", /^[a-z0-9._-]{2,64}$/, 64);
}

function hash(value: unknown): string {
  return Buffer.from(strictHex(value, "hash", 32, 32)).toString("hex");
}

function ed25519(value: unknown, place: string): string {
  const text = strictText(value, place, /^ed25519:/, 64);
  if (formatPublicKey("ed25519", parsePublicKey(text, "ed25519")) !== text) {
    throw new FormatError(place, "the key's one text form");
  }
  return text;
}
