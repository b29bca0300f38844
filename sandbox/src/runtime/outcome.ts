import { createHash } from "node:crypto";
import { base58 } from "@scure/base";
import { borshList, borshText, u32, u64, u128 } from "../transaction/borsh-writer.ts";
import type { ActionErrorKind } from "./errors.ts";

export type OutcomeStatus =
  | { readonly kind: "SuccessValue"; readonly bytes: Uint8Array }
  | { readonly kind: "SuccessReceiptId"; readonly receiptId: string }
  | { readonly kind: "Failure"; readonly actionIndex: number | null; readonly error: ActionErrorKind };

export interface GasProfileEntry {
  readonly cost: string;
  readonly category: "ACTION_COST" | "WASM_HOST_COST";
  readonly gas: bigint;
}

/** The result of a transaction (its conversion to a receipt) or of an action receipt. */
export interface Outcome {
  /** Hash of the transaction, or id of the receipt; base58. */
  readonly id: string;
  readonly transactionHash: string;
  readonly executorId: string;
  readonly receiptIds: readonly string[];
  readonly logs: readonly string[];
  readonly burntGas: bigint;
  readonly tokensBurntYocto: bigint;
  readonly status: OutcomeStatus;
  /** null for transactions. */
  readonly gasProfile: readonly GasProfileEntry[] | null;
  /** base58 hashes of the contracts called. */
  readonly contractHashes: readonly string[];
}

const STATUS_TAGS = { Failure: 1, SuccessValue: 2, SuccessReceiptId: 3 } as const;

/** Leaf of the merkle tree over a chunk's outcomes: hash of id, outcome without logs, and each log (nearcore). */
export function outcomeLeaf(outcome: Outcome): Uint8Array {
  const hashes = [
    base58.decode(outcome.id),
    sha256(partialOutcome(outcome)),
    ...outcome.logs.map((log) => sha256(Buffer.from(log))),
  ];
  return sha256(borshList(hashes));
}

function partialOutcome(outcome: Outcome): Uint8Array {
  return Buffer.concat([
    borshList(outcome.receiptIds.map((id) => base58.decode(id))),
    u64(outcome.burntGas),
    u128(outcome.tokensBurntYocto),
    borshText(outcome.executorId),
    Uint8Array.of(STATUS_TAGS[outcome.status.kind]),
    statusBody(outcome.status),
  ]);
}

function statusBody(status: OutcomeStatus): Uint8Array {
  switch (status.kind) {
    case "Failure":
      return new Uint8Array();
    case "SuccessValue":
      return Buffer.concat([u32(status.bytes.length), status.bytes]);
    case "SuccessReceiptId":
      return base58.decode(status.receiptId);
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
