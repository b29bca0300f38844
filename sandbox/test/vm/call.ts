import { recordCall } from "../../oracle/record-call.ts";
import { DEFAULT_PROTOCOL_VERSION, runtimeParameters } from "../../src/parameters/runtime-parameters.ts";
import { type CountingTrie, EMPTY_TRIE, nodesPassed } from "../../src/trie/counting-trie.ts";
import type {
  FunctionCallContext,
  FunctionCallOutcome,
  FunctionCallRequest,
  RuntimeParameters,
} from "../../src/vm/interface.ts";
import { runFunctionCall } from "../../src/vm/run-function-call.ts";
import { assemble } from "./assemble.ts";

/** What a test may change about a call of method `m`. */
export interface CallOptions {
  readonly context?: Partial<FunctionCallContext>;
  readonly method?: string;
  readonly storage?: Readonly<Record<string, string>>;
  readonly nodes?: number;
  /** The trie as of the chunk's start, with the storage's keys as they are. */
  readonly trie?: CountingTrie;
  readonly parameters?: RuntimeParameters;
  readonly pendingYield?: Uint8Array;
  /** nearcore's mock behaves unlike nearcore here, so that there is nothing to compare with. */
  readonly beyondMock?: true;
}

export const CONTEXT: FunctionCallContext = {
  currentAccountId: "alice.near",
  signerAccountId: "bob.near",
  signerPublicKey: new Uint8Array(33),
  predecessorAccountId: "carol.near",
  refundToAccountId: "carol.near",
  input: new TextEncoder().encode("input"),
  blockHeight: 10n,
  blockTimestampNanos: 42n,
  epochHeight: 1n,
  accountBalanceYocto: 1000n,
  accountLockedYocto: 7n,
  storageUsageBytes: 100n,
  attachedDepositYocto: 2n,
  prepaidGas: 100_000_000_000_000n,
  randomSeed: new Uint8Array(32).fill(9),
  isView: false,
  outputDataReceivers: [],
  promiseResults: [],
  chainId: "localnet",
};

export function request(code: Uint8Array, options: CallOptions = {}): FunctionCallRequest {
  const stored = new Map(
    Object.entries(options.storage ?? {}).map(([key, value]) => [key, new TextEncoder().encode(value)]),
  );
  const parameters = options.parameters ?? runtimeParameters(DEFAULT_PROTOCOL_VERSION);
  const methodName = options.method ?? "m";
  const context = { ...CONTEXT, ...options.context };
  // The mock has no yields in its state either.
  if (options.pendingYield === undefined && options.beyondMock === undefined) {
    recordCall({ code, method: methodName, context, storage: stored }, parameters.protocolVersion);
  }
  return {
    code,
    methodName,
    context,
    parameters,
    storage: {
      get: (key) => stored.get(Buffer.from(key).toString("latin1")),
      chargeableNodes: () => options.nodes ?? 0,
      nodesPassed: (key) => nodesPassed(options.trie ?? EMPTY_TRIE, key),
    },
    isYieldPending: (dataId) =>
      options.pendingYield !== undefined && Buffer.compare(dataId, options.pendingYield) === 0,
  };
}

/** Calls method `m` of a module in text format. */
export function call(text: string, options: CallOptions = {}): FunctionCallOutcome {
  return runFunctionCall(request(assemble(text), options));
}

/** A module whose method `m` has this body. */
export function method(body: string, before = "", locals = ""): string {
  return `(module ${before} (func (export "m") ${locals} ${body}))`;
}

/** Imports, a memory with `text` at 0, and method `m`. */
export function withHost(imports: string, text: string, body: string, locals = ""): string {
  return method(body, `${imports} (memory 1) (data (i32.const 0) "${text}")`, locals);
}
