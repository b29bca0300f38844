/** The built contract on the embedded chain's VM, with a Map for storage. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runtimeParameters } from "../../../sandbox/src/parameters/runtime-parameters.ts";
import type { FunctionCallOutcome } from "../../../sandbox/src/vm/interface.ts";
import { runFunctionCall } from "../../../sandbox/src/vm/run-function-call.ts";
import { buildContract } from "../../../scripts/toolchain/build-contract.ts";
import { timeAt } from "./transparency-world.ts";
import { CONTRACT } from "./world.ts";

/** Stored bytes by key; keys are latin-1 strings of their bytes. */
export type Storage = ReadonlyMap<string, Uint8Array>;

export interface WasmCall {
  readonly method: string;
  readonly input: string | Uint8Array;
  readonly caller: string;
  readonly signer?: string;
  /** Borsh public key. */
  readonly signerKey: Uint8Array;
  readonly height: number;
  readonly depositYocto?: bigint;
  readonly isView?: boolean;
  /** Default: 300 Tgas. */
  readonly prepaidGas?: bigint;
  /** What the promises that a callback waited for gave; null for one that failed. */
  readonly promiseResults?: readonly (Uint8Array | null)[];
}

export interface WasmStep {
  readonly outcome: FunctionCallOutcome;
  /** The panic text; null when the call succeeded. */
  readonly panic: string | null;
  readonly answer: string | null;
  readonly storage: Storage;
}

const parameters = runtimeParameters();

const WASM = "build/mpc_recovery.wasm";

/** The wasm of the sources at hand: the one built before, or a fresh one if a source changed since. */
export async function loadWasm(): Promise<Uint8Array> {
  if (
    existsSync(WASM) &&
    statSync(WASM).mtimeMs > newestChange(["contract/src", "contract/engine", "scripts/toolchain"])
  ) {
    return readFileSync(WASM);
  }
  return (await buildContract({ entry: "contract/src/index.ts", out: WASM })).wasm;
}

function newestChange(folders: readonly string[]): number {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  return Math.max(...files.map((file) => statSync(file).mtimeMs));
}

export function runWasm(code: Uint8Array, storage: Storage, call: WasmCall): WasmStep {
  const outcome = runFunctionCall({
    code,
    methodName: call.method,
    parameters,
    // Every data id that the contract kept is taken for one that still waits.
    isYieldPending: () => true,
    storage: {
      get: (key) => storage.get(Buffer.from(key).toString("latin1")),
      chargeableNodes: () => 8,
    },
    context: contextOf(call),
  });
  const next = new Map(storage);
  for (const [key, value] of outcome.storageChanges) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  const { returnValue, error } = outcome;
  return {
    outcome,
    panic: error === null ? null : panicText(error),
    answer: returnValue.kind === "Value" ? Buffer.from(returnValue.bytes).toString() : null,
    storage: next,
  };
}

function contextOf(call: WasmCall): Parameters<typeof runFunctionCall>[0]["context"] {
  return {
    currentAccountId: CONTRACT,
    signerAccountId: call.signer ?? call.caller,
    signerPublicKey: call.signerKey,
    predecessorAccountId: call.caller,
    refundToAccountId: call.caller,
    input: typeof call.input === "string" ? new TextEncoder().encode(call.input) : call.input,
    blockHeight: BigInt(call.height),
    blockTimestampNanos: BigInt(timeAt(call.height)) * 1_000_000_000n + 999_999_999n,
    epochHeight: 1n,
    accountBalanceYocto: 10n ** 25n,
    accountLockedYocto: 0n,
    storageUsageBytes: 500_000n,
    attachedDepositYocto: call.depositYocto ?? 0n,
    prepaidGas: call.prepaidGas ?? 300_000_000_000_000n,
    // Data ids of yields are made of it.
    randomSeed: createHash("sha256").update(`${call.caller} ${call.height}`).digest(),
    isView: call.isView ?? false,
    outputDataReceivers: [],
    promiseResults: (call.promiseResults ?? []).map((data) =>
      data === null ? { kind: "Failed" } : { kind: "Successful", data },
    ),
    chainId: "localnet",
  };
}

function panicText(error: NonNullable<FunctionCallOutcome["error"]>): string {
  const message = error.kind === "HostError" ? error.fields.panic_msg : undefined;
  return typeof message === "string"
    ? message
    : JSON.stringify(error, (_, v) => (typeof v === "bigint" ? `${v}` : v));
}
