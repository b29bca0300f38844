import { createHash } from "node:crypto";
import {
  strictHex,
  strictInteger,
  strictJson,
  strictObject,
  strictText,
} from "../../sdk/src/attestation/strict-fields.ts";
import { canonicalJson, parseCanonicalJson } from "../../sdk/src/crypto/canonical-json.ts";
import { type Ed25519KeyPair, parsePublicKey, signBytes, verifyBytes } from "../../sdk/src/crypto/keys.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { type CeremonyBody, parseBody } from "./body.ts";

/** One line of a transcript: what somebody did, signed, and chained to the line before. */
export interface TranscriptEntry {
  readonly v: 1;
  /** 0 for the first. */
  readonly index: number;
  /** `entryHash` of the line before; 64 zeros in the first. */
  readonly previous: string;
  /** Unix seconds by the author's clock; never goes back. */
  readonly at: number;
  /** The author's key, `ed25519:…`. */
  readonly by: string;
  readonly body: CeremonyBody;
  /** 64 bytes, lower-case hex. */
  readonly signature: string;
}

/**
 * A transcript that can't be believed, or an act that doesn't belong there now.
 *
 * Codes: `TRANSCRIPT_BROKEN` (form, chain, signature), `TRANSCRIPT_ORDER` (an act out of turn or by somebody else),
 * `TRANSCRIPT_CONTENT` (what was dealt or confirmed doesn't fit the ceremony).
 */
export class TranscriptError extends BaseError {
  constructor(
    code: "TRANSCRIPT_BROKEN" | "TRANSCRIPT_ORDER" | "TRANSCRIPT_CONTENT",
    index: number,
    reason: string,
  ) {
    super({ code, shortMessage: `Transcript, entry ${index}: ${reason}.`, retryable: false });
  }
}

/**
 * Reads a transcript: one RFC 8785 JSON object a line. Checks form, chain and signatures, not yet what was done.
 *
 * Throws TranscriptError `TRANSCRIPT_BROKEN`.
 */
export function parseTranscript(text: string): readonly TranscriptEntry[] {
  if (text.length > MAX_TRANSCRIPT_CHARACTERS)
    throw new TranscriptError("TRANSCRIPT_BROKEN", 0, "it is too long");
  const lines = text.split("\n");
  if (lines.pop() !== "")
    throw new TranscriptError("TRANSCRIPT_BROKEN", lines.length, "the last line is cut off");
  const entries: TranscriptEntry[] = [];
  for (const [index, line] of lines.entries()) entries.push(parseLine(line, index, entries.at(-1)));
  return entries;
}

/** The next line, signed. */
export function nextEntry(
  entries: readonly TranscriptEntry[],
  author: Ed25519KeyPair,
  at: number,
  body: CeremonyBody,
): TranscriptEntry {
  const last = entries.at(-1);
  const place = {
    v: 1,
    index: entries.length,
    previous: last === undefined ? NO_ENTRY : entryHash(last),
  } as const;
  const entry = { ...place, at: Math.max(at, last?.at ?? 0), by: author.publicKey, body };
  return { ...entry, signature: Buffer.from(signBytes(author, signedBytes(entry))).toString("hex") };
}

/** The line as it stands in the file, with its line end. */
export function entryLine(entry: TranscriptEntry): string {
  return `${canonicalJson(entry)}\n`;
}

/** Names an entry and, through the chain, everything before it: sha256 of its line without line end. */
export function entryHash(entry: TranscriptEntry): string {
  return createHash("sha256").update(canonicalJson(entry)).digest("hex");
}

const NO_ENTRY = "0".repeat(64);
const MAX_TRANSCRIPT_CHARACTERS = 8_388_608;

function parseLine(line: string, index: number, before: TranscriptEntry | undefined): TranscriptEntry {
  const broken = (reason: string) => new TranscriptError("TRANSCRIPT_BROKEN", index, reason);
  let entry: TranscriptEntry;
  try {
    entry = readEntry(line);
  } catch (error) {
    if (error instanceof BaseError) throw broken(error.shortMessage.replace(/\.$/, ""));
    throw error;
  }
  if (parseCanonicalJson(line) === undefined) throw broken("it isn't in its one text form");
  const expected = before === undefined ? NO_ENTRY : entryHash(before);
  if (entry.index !== index || entry.previous !== expected)
    throw broken("it isn't chained to the line before");
  if (before !== undefined && entry.at < before.at)
    throw broken("its time is before that of the line before");
  const { signature, ...signed } = entry;
  if (!verifyBytes(entry.by, signedBytes(signed), Buffer.from(signature, "hex"))) {
    throw broken(`it isn't signed by ${entry.by}`);
  }
  return entry;
}

function readEntry(line: string): TranscriptEntry {
  const names = ["v", "index", "previous", "at", "by", "body", "signature"];
  const fields = strictObject(strictJson(Buffer.from(line, "utf8"), "entry", 1_048_576), "entry", names);
  strictInteger(fields.v, "entry.v", 1, 1);
  strictInteger(fields.index, "entry.index", 0, 100_000);
  strictHex(fields.previous, "entry.previous", 32, 32);
  strictInteger(fields.at, "entry.at", 0, Number.MAX_SAFE_INTEGER);
  parsePublicKey(strictText(fields.by, "entry.by", /^ed25519:/, 64), "ed25519");
  strictHex(fields.signature, "entry.signature", 64, 64);
  return { ...fields, body: parseBody(fields.body) } as unknown as TranscriptEntry;
}

function signedBytes(entry: Omit<TranscriptEntry, "signature">): Uint8Array {
  return Buffer.from(`mpc-recovery/ceremony/v1\n${canonicalJson(entry)}`, "utf8");
}
