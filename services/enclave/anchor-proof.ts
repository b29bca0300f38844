import { decodeEvent } from "../../contract/src/interface/event-log.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import type { LightHead } from "../../sdk/src/lightclient/light-head.ts";
import { verifyOutcome } from "../../sdk/src/lightclient/outcome-proof.ts";
import type { RolloutPolicy } from "./accept-upgrade.ts";

/** Answers of any RPC that are to prove what a call of `anchor` logged; trusted by nobody. */
export interface AnchorProof {
  /** Of the receipt in which `anchor` ran, base58. */
  readonly receiptId: string;
  /** The answer to `EXPERIMENTAL_light_client_proof` for it. */
  readonly outcome: unknown;
}

/** What the contract logged, committed to by the chain. */
export interface ProvenAnchor {
  readonly head: LightHead;
  /** Unix seconds by the contract's clock. */
  readonly time: number;
  /** `codeHashesDigest` of the list of allowed programs. */
  readonly codeHashesDigest: string;
  /** sha256, lower-case hex, of the RFC 8785 JSON that the view `share_keys` answers. */
  readonly shareKeysDigest: string;
  /** What the members voted for. */
  readonly rolloutPolicy: RolloutPolicy;
  /** Data of the call's other events that carry its nonce. */
  readonly others: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** An anchor that isn't proven. Code `ANCHOR_FOREIGN`: another contract or nonce, or not the documented event. */
export class AnchorError extends BaseError {
  constructor(reason: string) {
    super({ code: "ANCHOR_FOREIGN", shortMessage: `Anchor refused: ${reason}.`, retryable: false });
  }
}

/** The contract's event that `anchor{nonce}` logs. */
export const ANCHOR_EVENT = "code_hashes_anchored";

/** Proves what the contract logged after the enclave had made up the nonce. Throws AnchorError, LightClientError. */
export function requireAnchor(
  head: LightHead,
  proof: AnchorProof,
  wanted: { readonly contract: string; readonly nonce: string },
): ProvenAnchor {
  const outcome = verifyOutcome(head, proof.receiptId, proof.outcome);
  if (outcome.executorId !== wanted.contract || outcome.status.kind !== "value") {
    throw new AnchorError(`${outcome.executorId} ran, not ${wanted.contract}, or it failed`);
  }
  const logged = outcome.logs.map(decodeEvent).filter((event) => event?.data.nonce === wanted.nonce);
  const events = Object.fromEntries(logged.flatMap((event) => (event ? [[event.event, event.data]] : [])));
  const { [ANCHOR_EVENT]: anchored, ...others } = events;
  if (anchored === undefined) throw new AnchorError("the contract didn't log this nonce");
  return {
    head,
    time: wholeSeconds(anchored.time),
    codeHashesDigest: digestText(anchored.digest),
    shareKeysDigest: digestText(anchored.share_keys_digest),
    rolloutPolicy: policyOf(anchored.rollout_policy),
    others,
  };
}

/** Unix seconds from an anchor's event. Throws AnchorError. */
export function wholeSeconds(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new AnchorError("its time isn't in whole seconds");
}

/** 64 hex digits from an anchor's event. Throws AnchorError. */
export function digestText(value: unknown): string {
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw new AnchorError("a digest is missing");
}

const POLICIES: readonly RolloutPolicy[] = ["signer", "shadow", "enforced"];

function policyOf(value: unknown): RolloutPolicy {
  const policy = POLICIES.find((known) => known === value);
  if (policy !== undefined) return policy;
  throw new AnchorError("its rollout policy is unknown");
}
