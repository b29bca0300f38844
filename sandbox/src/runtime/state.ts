import type { AccessKey } from "../transaction/actions.ts";
import type { ActionReceipt } from "./receipts.ts";

/** base58 of 32 zero bytes: the code hash of an account without a contract. */
export const NO_CODE_HASH = "1".repeat(32);

export interface Account {
  readonly amountYocto: bigint;
  readonly lockedYocto: bigint;
  /** base58 of sha256 of the code. */
  readonly codeHash: string;
  readonly code: Uint8Array | null;
  readonly storageUsageBytes: bigint;
  /** By the key's text. */
  readonly keys: ReadonlyMap<string, AccessKey>;
}

/** A contract's storage; keys are latin-1 strings of their bytes. */
export type ContractData = Map<string, Uint8Array>;

export interface YieldTimeout {
  readonly accountId: string;
  readonly dataId: string;
  readonly expiresAtHeight: bigint;
}

/**
 * Everything that receipts read and write. Data ids and receipt ids are base58 texts; what waits is keyed by
 * `<receiver> <id>` as in nearcore, where these tables are per account.
 */
export interface WorldState {
  readonly accounts: Map<string, Account>;
  readonly contractData: Map<string, ContractData>;
  /** Results that arrived; null stands for a failed promise. */
  readonly receivedData: Map<string, Uint8Array | null>;
  /** The receipt that waits for a data id. */
  readonly waitingReceiptByData: Map<string, string>;
  readonly postponedReceipts: Map<string, PostponedReceipt>;
  readonly yieldedReceipts: Map<string, ActionReceipt>;
  /** Oldest first; entries of resumed yields stay until they expire, as in nearcore. */
  readonly yieldTimeouts: YieldTimeout[];
}

export interface PostponedReceipt {
  readonly receipt: ActionReceipt;
  readonly missingInputs: number;
}

export function emptyWorldState(): WorldState {
  return {
    accounts: new Map(),
    contractData: new Map(),
    receivedData: new Map(),
    waitingReceiptByData: new Map(),
    postponedReceipts: new Map(),
    yieldedReceipts: new Map(),
    yieldTimeouts: [],
  };
}

/** Key of the per-account tables of waiting receipts and data. */
export function waitingKey(accountId: string, id: string): string {
  return `${accountId} ${id}`;
}
