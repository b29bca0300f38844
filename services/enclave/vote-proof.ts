import { BaseError } from "../../sdk/src/errors/base-error.ts";
import type { ProvenAnchor } from "./anchor-proof.ts";
import { jsonDigest } from "./json-digest.ts";

/** The members' vote for one program, which the chain committed to. Made by `requireVote` only. */
export interface ProvenVote {
  readonly [PROVEN]: true;
  readonly codeHash: string;
  /** Unix seconds by the contract's clock, when the list was anchored. */
  readonly time: number;
}

/**
 * A vote that isn't proven. Codes: `VOTE_FOREIGN` (another list), `VOTE_MISSING` (the program isn't on the list),
 * `VOTE_UNSEEN` (the chain can't be seen).
 */
export class VoteError extends BaseError {
  constructor(code: "VOTE_FOREIGN" | "VOTE_MISSING" | "VOTE_UNSEEN", reason: string) {
    super({ code, shortMessage: `Vote refused: ${reason}.`, retryable: code === "VOTE_UNSEEN" });
  }
}

/** The vote for a program, given the list that a proven anchor is about. Throws VoteError. */
export function requireVote(
  { time, codeHashesDigest: anchored }: ProvenAnchor,
  allowedCodeHashes: readonly string[],
  codeHash: string,
): ProvenVote {
  if (codeHashesDigest(allowedCodeHashes) !== anchored) {
    throw new VoteError("VOTE_FOREIGN", "the contract didn't anchor this list");
  }
  if (!allowedCodeHashes.includes(codeHash)) {
    throw new VoteError("VOTE_MISSING", `${codeHash} isn't on the list`);
  }
  return { [PROVEN]: true, codeHash, time };
}

/** What `anchor` logs for a list: sha256, lower-case hex, over its RFC 8785 JSON, the hashes sorted. */
export function codeHashesDigest(codeHashes: readonly string[]): string {
  return jsonDigest(codeHashes.toSorted());
}

const PROVEN = Symbol("proven");
