/**
 * The seam between the runtime (accounts, receipts, fees) and the virtual machine (one metered function call).
 * All gas is in gas units, all money in yoctoNEAR, all sizes in bytes, all heights in blocks.
 */

import type { TrieNode } from "../trie/counting-trie.ts";

export interface FunctionCallContext {
  readonly currentAccountId: string;
  readonly signerAccountId: string;
  /** Borsh public key: one byte of kind (0 = ed25519, 1 = secp256k1), then the key's bytes. */
  readonly signerPublicKey: Uint8Array;
  readonly predecessorAccountId: string;
  readonly refundToAccountId: string;
  readonly input: Uint8Array;
  readonly blockHeight: bigint;
  readonly blockTimestampNanos: bigint;
  readonly epochHeight: bigint;
  /** Without the attached deposit; the VM adds it itself. */
  readonly accountBalanceYocto: bigint;
  readonly accountLockedYocto: bigint;
  readonly storageUsageBytes: bigint;
  readonly attachedDepositYocto: bigint;
  readonly prepaidGas: bigint;
  readonly randomSeed: Uint8Array;
  readonly isView: boolean;
  /** Receivers of the data receipts that will carry this receipt's result. */
  readonly outputDataReceivers: readonly string[];
  readonly promiseResults: readonly PromiseResult[];
  readonly chainId: string;
}

export type PromiseResult =
  | { readonly kind: "NotReady" }
  | { readonly kind: "Successful"; readonly data: Uint8Array }
  | { readonly kind: "Failed" };

/** One contract's key-value storage as the call sees it (earlier receipts of the same chunk included). */
export interface ContractStorage {
  get(key: Uint8Array): Uint8Array | undefined;
  /**
   * Trie nodes that nearcore charges for a write or remove of this key: nodes on the path as of the chunk's start,
   * plus one if a value existed there; 0 if the key was already changed in this chunk.
   */
  chargeableNodes(key: Uint8Array): number;
  /**
   * Trie nodes that a lookup of this key passes as of the chunk's start, none if the key was already changed in this
   * chunk. They count towards the receipt's storage proof. Callers without a trie leave it out: then only values count.
   */
  nodesPassed?(key: Uint8Array): readonly TrieNode[];
}

export type VmAction =
  | { readonly kind: "CreateAccount" }
  | { readonly kind: "DeployContract"; readonly code: Uint8Array }
  | {
      readonly kind: "FunctionCall";
      readonly methodName: string;
      readonly args: Uint8Array;
      /** Final: the share of unused gas by weight is already added. */
      readonly gas: bigint;
      readonly depositYocto: bigint;
    }
  | { readonly kind: "Transfer"; readonly depositYocto: bigint }
  | { readonly kind: "Stake"; readonly stakeYocto: bigint; readonly publicKey: Uint8Array }
  | { readonly kind: "AddFullAccessKey"; readonly publicKey: Uint8Array; readonly nonce: bigint }
  | {
      readonly kind: "AddFunctionCallKey";
      readonly publicKey: Uint8Array;
      readonly nonce: bigint;
      readonly allowanceYocto: bigint | null;
      readonly receiverId: string;
      readonly methodNames: readonly string[];
    }
  | { readonly kind: "DeleteKey"; readonly publicKey: Uint8Array }
  | { readonly kind: "DeleteAccount"; readonly beneficiaryId: string };

export interface CreatedReceipt {
  readonly receiverId: string;
  readonly actions: readonly VmAction[];
  /** Indices into `receipts` of the same outcome whose results this receipt waits for. */
  readonly dependsOn: readonly number[];
  /** 32-byte data id that this receipt waits for, when made by `promise_yield_create`. */
  readonly yieldDataId: Uint8Array | null;
  /** Who gets deposits back, when set by `promise_set_refund_to`; null = the usual receiver. */
  readonly refundToAccountId: string | null;
}

export type ReturnValue =
  | { readonly kind: "None" }
  | { readonly kind: "Value"; readonly bytes: Uint8Array }
  | { readonly kind: "ReceiptIndex"; readonly index: number };

/** nearcore's `FunctionCallError`, as data; `describe-error.ts` renders the RPC texts. */
export type FunctionCallError =
  | {
      readonly kind: "CompilationError";
      readonly cause: "CodeDoesNotExist" | "PrepareError" | "WasmerCompileError";
      readonly detail: string;
    }
  | { readonly kind: "LinkError"; readonly detail: string }
  | {
      readonly kind: "MethodResolveError";
      readonly cause: "MethodEmptyName" | "MethodNotFound" | "MethodInvalidSignature";
    }
  | { readonly kind: "WasmTrap"; readonly trap: string }
  | {
      readonly kind: "HostError";
      readonly name: string;
      readonly fields: Readonly<Record<string, string | bigint>>;
    };

export interface FunctionCallOutcome {
  readonly error: FunctionCallError | null;
  readonly burntGas: bigint;
  /** Burnt plus what was attached to promises. */
  readonly usedGas: bigint;
  /** Part of `burntGas` spent on wasm instructions (function entry included, loading not). */
  readonly wasmInstructionGas: bigint;
  /** By nearcore cost name, e.g. `storage_write_base`, `contract_loading_bytes`, `action:function_call_base`. */
  readonly gasProfile: ReadonlyMap<string, bigint>;
  readonly logs: readonly string[];
  readonly returnValue: ReturnValue;
  readonly balanceYocto: bigint;
  /** Minted for deposits of 1 yoctoNEAR that the contract's empty account could not pay (protocol 85 on). */
  readonly subsidizedYocto: bigint;
  readonly storageUsageBytes: bigint;
  readonly receipts: readonly CreatedReceipt[];
  /** Resumed yields in order: data id and payload. */
  readonly resumedYields: readonly { readonly dataId: Uint8Array; readonly payload: Uint8Array }[];
  /** Keys as latin-1 strings of their bytes; null = removed. Empty when `error` is not null. */
  readonly storageChanges: ReadonlyMap<string, Uint8Array | null>;
}

export interface FunctionCallRequest {
  readonly code: Uint8Array;
  readonly methodName: string;
  readonly context: FunctionCallContext;
  readonly storage: ContractStorage;
  readonly parameters: RuntimeParameters;
  /** Whether a yielded promise with this data id waits in the state (for `promise_yield_resume`). */
  readonly isYieldPending: (dataId: Uint8Array) => boolean;
}

export type RunFunctionCall = (request: FunctionCallRequest) => FunctionCallOutcome;

export interface ActionFee {
  readonly sendSir: bigint;
  readonly sendNotSir: bigint;
  readonly execution: bigint;
}

/** One protocol version's tables, parsed from `sandbox/src/parameters/parameters.json`. */
export interface RuntimeParameters {
  readonly protocolVersion: number;
  readonly nearcoreRelease: string;
  /** Gas by nearcore cost name. */
  readonly extCosts: Readonly<Record<string, bigint>>;
  readonly wasm: {
    readonly regularOpCost: bigint;
    readonly linearOpBaseCost: bigint;
    readonly linearOpUnitCost: bigint;
  };
  readonly actionFees: Readonly<Record<string, ActionFee>>;
  readonly limits: Readonly<Record<string, bigint>>;
  readonly features: Readonly<Record<string, boolean | string>>;
  readonly economics: {
    readonly storageAmountPerByteYocto: bigint;
    readonly storageNumBytesAccount: bigint;
    readonly storageNumExtraBytesRecord: bigint;
    readonly burntGasReward: readonly [bigint, bigint];
    readonly minGasPurchasePriceYocto: bigint;
    readonly accountCreationChargeYocto: bigint;
    readonly zeroBalanceAccountStorageLimit: bigint;
    readonly minAllowedTopLevelAccountLength: bigint;
    readonly registrarAccountId: string;
  };
}
