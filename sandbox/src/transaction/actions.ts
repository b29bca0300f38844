/**
 * The actions of transactions and receipts. Money is in yoctoNEAR, gas in gas units, keys as `curve:base58` text.
 */

export interface FunctionCallPermission {
  readonly allowanceYocto: bigint | null;
  readonly receiverId: string;
  /** Empty means every method. */
  readonly methodNames: readonly string[];
}

export type Permission =
  | { readonly kind: "FullAccess" }
  | ({ readonly kind: "FunctionCall" } & FunctionCallPermission);

export interface AccessKey {
  readonly nonce: bigint;
  readonly permission: Permission;
}

export interface FunctionCallAction {
  readonly kind: "FunctionCall";
  readonly methodName: string;
  readonly args: Uint8Array;
  readonly gas: bigint;
  readonly depositYocto: bigint;
}

export interface DelegateAction {
  readonly kind: "Delegate";
  readonly senderId: string;
  readonly receiverId: string;
  readonly actions: readonly Action[];
  readonly nonce: bigint;
  readonly maxBlockHeight: bigint;
  readonly publicKey: string;
  /** Kind byte and bytes of the sender's signature. */
  readonly signature: Uint8Array;
  /** What was signed, without NEP-461's prefix. */
  readonly signedBytes: Uint8Array;
}

export type Action =
  | { readonly kind: "CreateAccount" }
  | { readonly kind: "DeployContract"; readonly code: Uint8Array }
  | FunctionCallAction
  | { readonly kind: "Transfer"; readonly depositYocto: bigint }
  | { readonly kind: "Stake"; readonly stakeYocto: bigint; readonly publicKey: string }
  | { readonly kind: "AddKey"; readonly publicKey: string; readonly accessKey: AccessKey }
  | { readonly kind: "DeleteKey"; readonly publicKey: string }
  | { readonly kind: "DeleteAccount"; readonly beneficiaryId: string }
  | DelegateAction;

export interface Transaction {
  readonly signerId: string;
  readonly publicKey: string;
  readonly nonce: bigint;
  readonly receiverId: string;
  /** 32 bytes. */
  readonly blockHash: Uint8Array;
  readonly actions: readonly Action[];
}

export interface SignedTransaction extends Transaction {
  /** sha256 of the unsigned transaction's bytes: what was signed and how the transaction is named. */
  readonly hash: Uint8Array;
  /** Kind byte and bytes. */
  readonly signature: Uint8Array;
  readonly sizeBytes: number;
}

/** Sum of the money the actions carry, that of delegated actions included. */
export function totalDepositYocto(actions: readonly Action[]): bigint {
  return actions.reduce((sum, action) => sum + depositYocto(action), 0n);
}

/** Sum of the gas attached to function calls, those of delegated actions included. */
export function totalPrepaidGas(actions: readonly Action[]): bigint {
  return actions.reduce((sum, action) => sum + prepaidGas(action), 0n);
}

function depositYocto(action: Action): bigint {
  if (action.kind === "FunctionCall" || action.kind === "Transfer") return action.depositYocto;
  return action.kind === "Delegate" ? totalDepositYocto(action.actions) : 0n;
}

function prepaidGas(action: Action): bigint {
  if (action.kind === "FunctionCall") return action.gas;
  return action.kind === "Delegate" ? totalPrepaidGas(action.actions) : 0n;
}
