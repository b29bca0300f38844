import { parseRecipient, type Recipient } from "../../sdk/src/approval/recipient.ts";
import { type Approval, parseApproval } from "../../sdk/src/approval/statement.ts";
import {
  FormatError,
  strictList,
  strictObject,
  strictText,
} from "../../sdk/src/attestation/strict-fields.ts";
import { type HandoverTerms, parseTerms } from "../../sdk/src/handover/terms.ts";
import type { RolloutEntry } from "./accept-upgrade.ts";
import type { HandoverAnswer } from "./ports.ts";
import { MAX_ROLLOUT, parseRolloutEntry } from "./rollout-journal.ts";

/** What a new program brings to the one that has the seed. */
export interface HandoverRequest {
  readonly terms: HandoverTerms;
  /** The new program's account, as the statements name it. */
  readonly account: string;
  readonly recipient: Recipient;
  /** The committee's, purpose `upgrade`. */
  readonly approval: Approval | null;
  /** The other committee's, purpose `break_glass`. */
  readonly break_glass: Approval | null;
}

/** Reads a request's JSON. Throws FormatError, KeyError. */
export function parseHandoverRequest(value: unknown): HandoverRequest {
  const names = ["terms", "account", "recipient", "approval", "break_glass"];
  const fields = strictObject(value, "request", names);
  return {
    terms: parseTerms(fields.terms),
    account: strictText(fields.account, "request.account", /^[a-z0-9._-]{2,64}$/, 64),
    recipient: parseRecipient(fields.recipient),
    approval: fields.approval === null ? null : parseApproval(fields.approval),
    break_glass: fields.break_glass === null ? null : parseApproval(fields.break_glass),
  };
}

/** Reads the sender's answer. Throws FormatError. */
export function parseHandoverAnswer(value: unknown): HandoverAnswer {
  const fields = strictObject(value, "answer", ["envelope", "rollout"]);
  return {
    envelope: strictText(fields.envelope, "answer.envelope", /^\{/, MAX_ENVELOPE_CHARACTERS),
    rollout: strictList(fields.rollout, "answer.rollout", 0, MAX_ROLLOUT).map(readEntry),
  };
}

const MAX_ENVELOPE_CHARACTERS = 8_192;

function readEntry(value: unknown): RolloutEntry {
  const entry = parseRolloutEntry(value);
  if (entry === undefined) throw new FormatError("answer.rollout", "entries about votes");
  return entry;
}
