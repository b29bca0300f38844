import type { AccountId, SignerKey } from "../../../contract/src/protocol/brand.ts";

/** What a call attaches. */
export interface CallOptions {
  /** Gas units, not Tgas. */
  readonly gas: bigint;
  /** A function-call access key can attach nothing. */
  readonly depositYocto: bigint;
  /** For calls that answer many blocks later: how long to wait for that, in milliseconds. Default: about a minute. */
  readonly answerMillis?: number;
  readonly signal?: AbortSignal;
}

/** A call that the contract carried out, at a final block. */
export interface CallOutcome<Value = unknown> {
  /** The parsed JSON that the method returned; null for none. */
  readonly value: Value;
  /** base58. */
  readonly transactionHash: string;
  /** Lines that the contract logged, its events among them. */
  readonly logs: readonly string[];
  /** Gas units burnt by the transaction and all its receipts. */
  readonly burntGas: bigint;
}

/** The port through which one account, with one access key, calls the recovery contract. */
export interface CallContract {
  readonly accountId: AccountId;
  readonly signerKey: SignerKey;
  /**
   * Calls a method with JSON arguments, or with bytes that are the arguments, and waits until the outcome is final.
   *
   * Throws ContractError, ExecutionError, TransactionError or RpcError.
   */
  call(method: string, args: unknown, options: CallOptions): Promise<CallOutcome>;
}
