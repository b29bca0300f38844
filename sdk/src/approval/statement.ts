import { FormatError, strictInteger, strictObject, strictText } from "../attestation/strict-fields.ts";
import { canonicalJson } from "../crypto/canonical-json.ts";
import { formatPublicKey, parsePublicKey } from "../crypto/keys.ts";

/** What a committee approves a program for. Each has its own committee or threshold, so none stands for another. */
export type ApprovalPurpose = (typeof PURPOSES)[number];

/** What the members of a committee sign. Source: recovery-services.md §4.3. */
export interface Statement {
  readonly v: 1;
  readonly purpose: ApprovalPurpose;
  readonly network: string;
  readonly contract: string;
  /** Measurement of the program that gives the seed away, 32 bytes, lower-case hex. */
  readonly from: string;
  /** Measurement of the program that gets it. */
  readonly to: string;
  readonly recipient_account: string;
  /** sha256, lower-case hex, of the recipient's 64 bytes of attested report data. */
  readonly recipient_key_hash: string;
  /** 32 random bytes, lower-case hex: a statement counts once. */
  readonly nonce: string;
  /** Unix seconds. */
  readonly issued_at: number;
  /** Unix seconds; first moment at which it counts no more. */
  readonly expires: number;
  /** The committee that the next program pins, as a Merkle root. */
  readonly next_committee_root: string;
}

/** An approval file: the statement, and who signed it. */
export interface Approval {
  readonly statement: Statement;
  /** Sorted by key text. */
  readonly signatures: readonly MemberSignature[];
}

export interface MemberSignature {
  readonly public_key: string;
  /** 64 bytes, lower-case hex. */
  readonly signature: string;
  readonly path: readonly { readonly side: "left" | "right"; readonly hash: string }[];
}

/** The bytes that a member signs: a tag, and the statement as RFC 8785 JSON. */
export function statementBytes(statement: Statement): Uint8Array {
  return Buffer.from(`mpc-recovery/approval/v1\n${canonicalJson(statement)}`, "utf8");
}

/** Reads an approval file's JSON: every field, of the right form, none besides. Throws FormatError or KeyError. */
export function parseApproval(value: unknown): Approval {
  const { statement, signatures } = strictObject(value, "approval", ["statement", "signatures"]);
  if (!Array.isArray(signatures) || signatures.length > MAX_SIGNATURES) {
    throw new FormatError("approval.signatures", `a list of up to ${MAX_SIGNATURES} signatures`);
  }
  return {
    statement: parseStatement(statement),
    signatures: signatures.map((each, index) => parseSignature(each, `approval.signatures[${index}]`)),
  };
}

/** Reads a statement alone, as members do before they sign. Throws FormatError. */
export function parseStatement(value: unknown): Statement {
  const fields = strictObject(value, "statement", [
    ...Object.keys(TEXTS),
    "v",
    "purpose",
    "issued_at",
    "expires",
  ]);
  if (fields.v !== 1) throw new FormatError("statement.v", "1");
  if (!PURPOSES.includes(fields.purpose as ApprovalPurpose)) {
    throw new FormatError("statement.purpose", PURPOSES.join(" or "));
  }
  for (const [name, pattern] of Object.entries(TEXTS))
    strictText(fields[name], `statement.${name}`, pattern, 64);
  strictInteger(fields.issued_at, "statement.issued_at", 0, Number.MAX_SAFE_INTEGER);
  strictInteger(fields.expires, "statement.expires", 0, Number.MAX_SAFE_INTEGER);
  return fields as unknown as Statement;
}

const PURPOSES = ["upgrade", "break_glass", "safe_mode", "share_release"] as const;
const MAX_SIGNATURES = 256;
const MAX_PATH = 8;
const HASH = /^[0-9a-f]{64}$/;
const ACCOUNT = /^[a-z0-9._-]{2,64}$/;
const TEXTS: Readonly<Record<string, RegExp>> = {
  network: /^[a-z0-9._-]{1,64}$/,
  contract: ACCOUNT,
  from: HASH,
  to: HASH,
  recipient_account: ACCOUNT,
  recipient_key_hash: HASH,
  nonce: HASH,
  next_committee_root: HASH,
};

function parseSignature(value: unknown, place: string): MemberSignature {
  const { public_key, signature, path } = strictObject(value, place, ["public_key", "signature", "path"]);
  const keyText = strictText(public_key, `${place}.public_key`, /^ed25519:/, 64);
  // Another text of the same key would let one member count twice.
  if (formatPublicKey("ed25519", parsePublicKey(keyText, "ed25519")) !== keyText) {
    throw new FormatError(`${place}.public_key`, "the key's one text form");
  }
  strictText(signature, `${place}.signature`, /^[0-9a-f]{128}$/, 128);
  if (!Array.isArray(path) || path.length > MAX_PATH) {
    throw new FormatError(`${place}.path`, `a list of up to ${MAX_PATH} hashes`);
  }
  for (const step of path) {
    const { side, hash } = strictObject(step, `${place}.path`, ["side", "hash"]);
    if (side !== "left" && side !== "right") throw new FormatError(`${place}.path.side`, "left or right");
    strictText(hash, `${place}.path.hash`, HASH, 64);
  }
  return value as MemberSignature;
}
