import { randomBytes } from "node:crypto";
import { anchor as callAnchorMethod } from "../../sdk/src/actions/calls.ts";
import type { CallContract } from "../../sdk/src/client/call-contract.ts";
import type { AskNode } from "../../sdk/src/client/json-rpc.ts";
import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { FieldError, object } from "../../sdk/src/lightclient/json-fields.ts";
import { advanceHead } from "../../sdk/src/lightclient/light-head.ts";
import type { Clock } from "../operations/clock.ts";
import { type AnchorProof, type ProvenAnchor, requireAnchor } from "./anchor-proof.ts";
import type { HeadFile } from "./head-file.ts";
import { oneAtATime } from "./one-at-a-time.ts";

/** What is asked beside the list of programs; the contract's further arguments of `anchor`. */
export interface Anchored {
  readonly handover?: { readonly version: number; readonly from: string; readonly to: string };
  /** The version whose backup is asked for. */
  readonly seed_backup?: number;
}

/** The contract as a program sees it that believes no RPC. */
export interface ProvenChain {
  /**
   * Calls `anchor` with a nonce of its own, follows the chain and proves what was logged. Rejects with ChainUnseen,
   * AnchorError, LightClientError, and what the disk throws.
   */
  anchor(anchored: Anchored): Promise<ProvenAnchor>;
}

/** Where answers come from. The node isn't trusted, and the account only pays. */
export interface ChainSource {
  readonly contract: string;
  readonly node: AskNode;
  readonly caller: CallContract;
  readonly heads: HeadFile;
  readonly clock: Clock;
  /** How long to wait until the chain is so far on that the call can be proven. */
  readonly patienceMillis: number;
  readonly signal: AbortSignal;
}

/** The chain doesn't answer, or not with what was asked for. Code `CHAIN_UNSEEN`; retryable. */
export class ChainUnseen extends BaseError {
  constructor(cause: unknown) {
    const reason = cause instanceof BaseError ? cause.shortMessage : String(cause);
    super({ code: "CHAIN_UNSEEN", shortMessage: `The chain isn't seen: ${reason}`, retryable: true, cause });
  }
}

/** There must be one for a head file. */
export function createProvenChain(source: ChainSource): ProvenChain {
  const inTurn = oneAtATime();
  return { anchor: (anchored) => inTurn(() => anchor(source, anchored)) };
}

async function anchor(source: ChainSource, anchored: Anchored): Promise<ProvenAnchor> {
  const { contract, heads, clock, patienceMillis, signal } = source;
  const nonce = randomBytes(32).toString("hex");
  const receiptId = await unseenIfItFails(() => callAnchor(source, { nonce, ...anchored }));
  const until = clock.now() + patienceMillis;
  for (;;) {
    await follow(source);
    const proof = await gather(source, receiptId);
    if (!("reason" in proof)) return requireAnchor(heads.current(), proof, { contract, nonce });
    if (signal.aborted || clock.now() > until) throw new ChainUnseen(proof.reason);
    await clock.sleep(BETWEEN_LOOKS_MILLIS, signal);
  }
}

const BETWEEN_LOOKS_MILLIS = 250;

/** Which receipt ran, by the node's word: another one's proof wouldn't carry the nonce. */
async function callAnchor(
  { caller, node, signal }: ChainSource,
  args: Anchored & { readonly nonce: string },
): Promise<string> {
  const { transactionHash } = await callAnchorMethod(caller, args, { signal });
  const params = { tx_hash: transactionHash, sender_account_id: caller.accountId, wait_until: "FINAL" };
  const { transaction_outcome } = object(await node.ask("tx", params, signal), "tx");
  const { outcome } = object(transaction_outcome, "transaction_outcome");
  const { SuccessReceiptId: receiptId } = object(object(outcome, "outcome").status, "status");
  if (typeof receiptId === "string") return receiptId;
  throw new FieldError("status names no receipt");
}

/** Every step is kept at once: however far the chain is ahead, and however often this is broken off, it gets there. */
async function follow({ node, heads, signal }: ChainSource): Promise<void> {
  while (!signal.aborted) {
    const params = { last_block_hash: heads.current().blockHash };
    const answer = await unseenIfItFails(async () =>
      object(await node.ask("next_light_client_block", params, signal), "next_light_client_block"),
    );
    if (Object.keys(answer).length === 0) return;
    await heads.advance(advanceHead(heads.current(), answer));
  }
}

async function gather(
  { node, contract, heads, signal }: ChainSource,
  receiptId: string,
): Promise<AnchorProof | { readonly reason: unknown }> {
  const light_client_head = heads.current().blockHash;
  const params = { type: "receipt", receipt_id: receiptId, receiver_id: contract, light_client_head };
  try {
    return { receiptId, outcome: await node.ask("EXPERIMENTAL_light_client_proof", params, signal) };
  } catch (reason) {
    // Not confirmed yet, for instance.
    return { reason };
  }
}

async function unseenIfItFails<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof BaseError || error instanceof FieldError) throw new ChainUnseen(error);
    throw error;
  }
}
