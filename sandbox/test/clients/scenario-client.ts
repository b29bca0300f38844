import type { StateRecord } from "../../src/genesis/records.ts";

/** What the shared scenarios ask of a client library; each library has an adapter that does it in the library's way. */
export interface ScenarioClient {
  readonly rootId: string;
  /** With a key that the client keeps and signs with from then on. */
  createAccount(accountId: string, balanceYocto: bigint): Promise<void>;
  deleteAccount(accountId: string, beneficiaryId: string): Promise<void>;
  deploy(accountId: string, code: Uint8Array): Promise<void>;
  call(call: ScenarioCall): Promise<CallOutcome>;
  /** The result as text. */
  view(contractId: string, methodName: string): Promise<string>;
  transfer(fromId: string, toId: string, amountYocto: bigint): Promise<void>;
  /** Adds a new key and returns its text. */
  addKey(accountId: string, permission: KeyPermission): Promise<string>;
  deleteKey(accountId: string, publicKey: string): Promise<void>;
  /** As the node answers it; null for no such key. */
  keyPermission(accountId: string, publicKey: string): Promise<unknown>;
  /** null for no such account. */
  balanceYocto(accountId: string): Promise<bigint | null>;
  /** A contract's storage as text. */
  state(contractId: string): Promise<Readonly<Record<string, string>>>;
  patchState(records: readonly StateRecord[]): Promise<void>;
  fastForward(blocks: number): Promise<void>;
  head(): Promise<{ readonly height: number; readonly timestampNanos: bigint }>;
  stop(): Promise<void>;
}

export interface ScenarioCall {
  readonly signerId: string;
  readonly contractId: string;
  readonly methodName: string;
  readonly input?: string;
  readonly depositYocto?: bigint;
  /** A key from `addKey` instead of the account's own. */
  readonly signWith?: string;
}

export interface KeyPermission {
  readonly contractId: string;
  readonly methodNames: readonly string[];
  readonly allowanceYocto: bigint;
}

/** Failed: the contract failed, or the transaction was refused; the library's own error text. */
export type CallOutcome =
  | { readonly kind: "Returned"; readonly value: string; readonly logs: readonly string[] }
  | { readonly kind: "Failed"; readonly reason: string };

/** Gas that scenario calls attach: 100 Tgas. */
export const CALL_GAS = 100_000_000_000_000n;

interface RawOutcome {
  readonly status: unknown;
  readonly receipts_outcome: readonly { readonly outcome: { readonly logs: readonly string[] } }[];
}

/** The outcome of a transaction that libraries return as the node sent it. */
export function readOutcome(raw: unknown): CallOutcome {
  const { receipts_outcome: receipts, status } = raw as RawOutcome;
  const { Failure: failure, SuccessValue: value } = status as {
    readonly Failure?: unknown;
    readonly SuccessValue?: string;
  };
  if (value === undefined) return { kind: "Failed", reason: JSON.stringify(failure ?? status) };
  const logs = receipts.flatMap(({ outcome }) => outcome.logs);
  return { kind: "Returned", value: Buffer.from(value, "base64").toString(), logs };
}

/** An error's text with all that libraries hang on it. */
export function failed(error: unknown): CallOutcome {
  const { message, name } = error as Error;
  const details = JSON.stringify(error, (_, value) => (typeof value === "bigint" ? String(value) : value));
  return { kind: "Failed", reason: `${name}: ${message} ${details}` };
}

/** A request that the library has no function for. Throws with the node's error. */
export async function rawRequest(rpcUrl: string, method: string, params: unknown): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(rpcUrl, { method: "POST", body });
  const answer = (await response.json()) as { readonly result?: unknown; readonly error?: unknown };
  if (answer.error !== undefined) throw new Error(JSON.stringify(answer.error));
  return answer.result;
}
