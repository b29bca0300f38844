import { createHash } from "node:crypto";
import { decodeEvent } from "../../contract/src/interface/event-log.ts";
import { canonicalJson } from "../../sdk/src/crypto/canonical-json.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { advanceHead, type LightHead } from "../../sdk/src/lightclient/light-head.ts";
import { verifyOutcome } from "../../sdk/src/lightclient/outcome-proof.ts";

/** What an operator brings to prove that the members voted for a program: answers of any RPC, trusted by nobody. */
export interface VoteProof {
  /** Answers to `next_light_client_block`, from the enclave's head on. */
  readonly blocks: readonly unknown[];
  /** Of the receipt in which `anchor` ran, base58. */
  readonly receiptId: string;
  /** The answer to `EXPERIMENTAL_light_client_proof` for it. */
  readonly outcome: unknown;
  /** The list that `anchor` logged the digest of. */
  readonly allowedCodeHashes: readonly string[];
}

/** A vote that the chain committed to. */
export interface ProvenVote {
  readonly head: LightHead;
  /** Unix seconds by the contract's clock, when the list was anchored. */
  readonly time: number;
}

/**
 * A vote that isn't proven. Codes: `VOTE_FOREIGN` (another contract, nonce or list), `VOTE_MISSING` (the program isn't
 * on the list).
 */
export class VoteError extends BaseError {
  constructor(code: "VOTE_FOREIGN" | "VOTE_MISSING", reason: string) {
    super({ code, shortMessage: `Vote refused: ${reason}.`, retryable: false });
  }
}

/** The contract's event that `anchor{nonce}` logs. */
export const ANCHOR_EVENT = "code_hashes_anchored";

const MAX_BLOCKS = 1_000;

/**
 * Proves that the contract listed this program after the enclave had made up the nonce: outcome proof under a head
 * that was reached with more than two thirds of the stake at each step.
 *
 * Throws VoteError, LightClientError.
 */
export function requireVote(
  head: LightHead,
  proof: VoteProof,
  wanted: { readonly contract: string; readonly nonce: string; readonly codeHash: string },
): ProvenVote {
  if (proof.blocks.length > MAX_BLOCKS) throw new VoteError("VOTE_FOREIGN", `more than ${MAX_BLOCKS} blocks`);
  const newHead = proof.blocks.reduce(advanceHead, head);
  const outcome = verifyOutcome(newHead, proof.receiptId, proof.outcome);
  if (outcome.executorId !== wanted.contract || outcome.status.kind !== "value") {
    throw new VoteError("VOTE_FOREIGN", `${outcome.executorId} ran, not ${wanted.contract}, or it failed`);
  }
  const events = outcome.logs.map(decodeEvent).filter((event) => event?.event === ANCHOR_EVENT);
  const digest = codeHashesDigest(proof.allowedCodeHashes);
  const data = events.find(
    (event) => event?.data.nonce === wanted.nonce && event.data.digest === digest,
  )?.data;
  if (data === undefined || typeof data.time !== "number") {
    throw new VoteError("VOTE_FOREIGN", "the contract didn't log this nonce with this list");
  }
  if (!proof.allowedCodeHashes.includes(wanted.codeHash)) {
    throw new VoteError("VOTE_MISSING", `${wanted.codeHash} isn't on the list`);
  }
  return { head: newHead, time: data.time };
}

/** What `anchor` logs for a list: sha256, lower-case hex, over its RFC 8785 JSON, the hashes sorted. */
export function codeHashesDigest(codeHashes: readonly string[]): string {
  return createHash("sha256").update(canonicalJson(codeHashes.toSorted())).digest("hex");
}
