import type { FunctionCallContext, FunctionCallRequest, RuntimeParameters } from "../src/vm/interface.ts";

/** A call that both VMs can run: all of its inputs as plain data. */
export interface OracleCall {
  /** Where the call comes from, for reports. */
  readonly name: string;
  readonly code: Uint8Array;
  readonly method: string;
  readonly context: FunctionCallContext;
  readonly storage: ReadonlyMap<string, Uint8Array>;
}

/** The only chain id that nearcore's mock knows. */
export const MOCK_CHAIN_ID = "test";

/** One line of JSON: the oracle program's input (bytes in hex, numbers as decimal texts) and the name. */
export function callLine(call: OracleCall, protocolVersion: number): string {
  const { context } = call;
  return JSON.stringify(
    {
      name: call.name,
      protocolVersion,
      code: hex(call.code),
      method: call.method,
      storage: [...call.storage].map(([key, value]) => [hex(Buffer.from(key, "latin1")), hex(value)]),
      context: {
        ...context,
        promiseResults: context.promiseResults.map((result) =>
          result.kind === "Successful" ? hex(result.data) : null,
        ),
      },
    },
    plain,
  );
}

/** The call of a line from {@link callLine}. */
export function parseCallLine(line: string): OracleCall {
  const { name, code, method, storage, context } = JSON.parse(line) as CallJson;
  return {
    name,
    code: unhex(code),
    method,
    storage: new Map(
      storage.map(([key, value]) => [Buffer.from(key, "hex").toString("latin1"), unhex(value)]),
    ),
    context: {
      ...context,
      signerPublicKey: unhex(context.signerPublicKey),
      input: unhex(context.input),
      randomSeed: unhex(context.randomSeed),
      blockHeight: BigInt(context.blockHeight),
      blockTimestampNanos: BigInt(context.blockTimestampNanos),
      epochHeight: BigInt(context.epochHeight),
      accountBalanceYocto: BigInt(context.accountBalanceYocto),
      accountLockedYocto: BigInt(context.accountLockedYocto),
      storageUsageBytes: BigInt(context.storageUsageBytes),
      attachedDepositYocto: BigInt(context.attachedDepositYocto),
      prepaidGas: BigInt(context.prepaidGas),
      promiseResults: context.promiseResults.map((data) =>
        data === null ? { kind: "Failed" } : { kind: "Successful", data: unhex(data) },
      ),
    },
  };
}

/** The call as a request to the embedded chain's VM, under the mock's conditions: no trie nodes, no stored yields. */
export function requestOf(call: OracleCall, parameters: RuntimeParameters): FunctionCallRequest {
  return {
    code: call.code,
    methodName: call.method,
    parameters,
    context: { ...call.context, chainId: MOCK_CHAIN_ID },
    storage: {
      get: (key) => call.storage.get(Buffer.from(key).toString("latin1")),
      chargeableNodes: () => 0,
    },
    isYieldPending: () => false,
  };
}

interface CallJson {
  readonly name: string;
  readonly code: string;
  readonly method: string;
  readonly storage: readonly (readonly [string, string])[];
  readonly context: ContextJson;
}

type ContextJson = {
  readonly [K in keyof FunctionCallContext]: K extends "promiseResults"
    ? readonly (string | null)[]
    : FunctionCallContext[K] extends bigint | Uint8Array
      ? string
      : FunctionCallContext[K];
};

function plain(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return hex(value);
  return value;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
