import type { AskNode } from "../client/json-rpc.ts";
import { errorCode } from "../errors/base-error.ts";
import { RpcError } from "../errors/rpc-error.ts";
import { InspectError } from "./inspect-error.ts";

/** One function call of a transaction. */
export interface CalledFunction {
  readonly method: string;
  /** The arguments' JSON; null when they aren't JSON. */
  readonly args: unknown;
  readonly argsBytes: number;
  /** Gas units. */
  readonly gas: bigint;
  readonly depositYocto: bigint;
}

/** What came of the transaction itself or of one of its receipts. */
export interface ReceiptOutcome {
  readonly id: string;
  readonly executorId: string;
  readonly blockHash: string;
  readonly logs: readonly string[];
  readonly burntGas: bigint;
  /** nearcore's ExecutionStatus, as it was sent. */
  readonly status: unknown;
}

/** A transaction as a node tells it; nothing of it is proven. */
export interface SeenTransaction {
  readonly hash: string;
  readonly signerId: string;
  readonly signerKey: string;
  readonly receiverId: string;
  readonly calls: readonly CalledFunction[];
  readonly outcomes: readonly ReceiptOutcome[];
  /** nearcore's FinalExecutionStatus, as it was sent. */
  readonly status: unknown;
}

/**
 * Reads a transaction with the outcomes that there are; one that waits for a signature has more to come.
 *
 * `senderId` tells the node which shard to look in; nodes that track all shards take any account. Throws InspectError
 * `TRANSACTION_NOT_FOUND`, RpcError.
 */
export async function readTransaction(
  node: AskNode,
  hash: string,
  senderId: string,
  signal?: AbortSignal,
): Promise<SeenTransaction> {
  // Further levels would wait for a signature that the transaction waits for: up to 200 blocks.
  const params = { tx_hash: hash, sender_account_id: senderId, wait_until: "INCLUDED" };
  const answer = await node.ask("tx", params, signal).catch((error: unknown) => {
    if (errorCode(error) !== "UNKNOWN_TRANSACTION") throw error;
    throw new InspectError(
      "TRANSACTION_NOT_FOUND",
      `The endpoint ${node.name} knows no transaction ${hash}.`,
      "Check the hash and the network; name its signer with --sender, or use an archival endpoint if it is older than about two days.",
      error,
    );
  });
  return seenTransaction(answer, hash, node);
}

function seenTransaction(answer: unknown, hash: string, node: AskNode): SeenTransaction {
  const { receipts_outcome: receipts, status, transaction, transaction_outcome: first } = fields(answer);
  const { actions, public_key: key, receiver_id: receiver, signer_id: signer } = fields(transaction);
  if (typeof signer !== "string" || typeof receiver !== "string" || !Array.isArray(receipts)) {
    throw new RpcError("RPC_ANSWER_INVALID", node.name, "sent a transaction of another shape", {
      retryable: true,
    });
  }
  return {
    hash,
    signerId: signer,
    signerKey: textOf(key),
    receiverId: receiver,
    calls: (Array.isArray(actions) ? actions : []).flatMap(calledFunction),
    outcomes: [first, ...receipts].map(receiptOutcome),
    status,
  };
}

function calledFunction(action: unknown): CalledFunction[] {
  const call = fields(fields(action).FunctionCall);
  if (typeof call.method_name !== "string" || typeof call.args !== "string") return [];
  const bytes = bytesOf(call.args);
  return [
    {
      method: call.method_name,
      args: jsonOf(bytes),
      argsBytes: bytes.length,
      gas: amountOf(call.gas),
      depositYocto: amountOf(call.deposit),
    },
  ];
}

function receiptOutcome(answer: unknown): ReceiptOutcome {
  const { block_hash: blockHash, id, outcome } = fields(answer);
  const { executor_id: executor, gas_burnt: gas, logs, status } = fields(outcome);
  return {
    id: textOf(id),
    executorId: textOf(executor),
    blockHash: textOf(blockHash),
    logs: Array.isArray(logs) ? logs.filter((line) => typeof line === "string") : [],
    burntGas: amountOf(gas),
    status,
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Gas comes as a number, amounts as digits. */
function amountOf(value: unknown): bigint {
  return /^\d{1,39}$/.test(String(value)) ? BigInt(String(value)) : 0n;
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array(0);
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}
