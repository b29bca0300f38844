import type { FunctionType } from "../wasm/module.ts";
import { F32, F64, I32, I64 } from "../wasm/module.ts";
import { burnGas, checkedU64 } from "./gas-counter.ts";
import { readMemoryForFree } from "./guest-memory.ts";
import { contextFunctions } from "./host/context.ts";
import type { HostFunction, HostFunctionTable } from "./host/definition.ts";
import { hashFunctions } from "./host/hashes.ts";
import { outputFunctions } from "./host/output.ts";
import { promiseActionFunctions } from "./host/promise-actions.ts";
import { promiseFunctions } from "./host/promises.ts";
import { registerFunctions } from "./host/registers.ts";
import { signatureFunctions } from "./host/signatures.ts";
import { storageFunctions } from "./host/storage.ts";
import { unsupportedFunctions } from "./host/unsupported.ts";
import { yieldFunctions } from "./host/yields.ts";
import type { RuntimeParameters } from "./interface.ts";

const miscellaneousFunctions: HostFunctionTable = {
  // Contracts of the first protocol versions carry their own metering and call this.
  gas: {
    params: "i",
    result: "",
    feature: null,
    run: (state, [operators = 0n]) => {
      burnGas(state.gas, checkedU64(operators * state.request.parameters.wasm.regularOpCost));
      return undefined;
    },
  },
  // nearcore's sandbox build has this free function; the embedded chain only checks what it is given.
  sandbox_debug_log: {
    params: "ll",
    result: "",
    feature: null,
    run: (state, [length = 0n, pointer = 0n]) => {
      readMemoryForFree(state, pointer, length);
      return undefined;
    },
  },
};

const ALL: ReadonlyMap<string, HostFunction> = new Map(
  [
    registerFunctions,
    contextFunctions,
    hashFunctions,
    signatureFunctions,
    outputFunctions,
    promiseFunctions,
    promiseActionFunctions,
    yieldFunctions,
    storageFunctions,
    miscellaneousFunctions,
    unsupportedFunctions,
  ].flatMap((table) => Object.entries(table)),
);

/** The host function that a contract can import under `name` on this protocol version. */
export function findHostFunction(name: string, parameters: RuntimeParameters): HostFunction | undefined {
  const found = ALL.get(name);
  return found !== undefined && isAvailable(found, parameters) ? found : undefined;
}

/** All that contracts can import on this protocol version, by name. */
export function availableHostFunctions(parameters: RuntimeParameters): ReadonlyMap<string, HostFunction> {
  return new Map([...ALL].filter(([, definition]) => isAvailable(definition, parameters)));
}

/** The function's type in WebAssembly text. */
export function hostFunctionText({ params, result }: HostFunction): string {
  return functionText(params, result);
}

/** Whether an import's declared type is the host function's. */
export function hasSignature(definition: HostFunction, type: FunctionType): boolean {
  return letters(type.params) === definition.params && letters(type.results) === definition.result;
}

/** What wasmtime says of an import with another type than the host function's. */
export function typeMismatch(definition: HostFunction, type: FunctionType): string {
  const expected = functionText(letters(type.params), letters(type.results));
  const found = hostFunctionText(definition);
  return `types incompatible: expected type \`${expected}\`, found type \`${found}\``;
}

function isAvailable(definition: HostFunction, parameters: RuntimeParameters): boolean {
  return definition.feature === null || parameters.features[definition.feature] === true;
}

function functionText(params: string, results: string): string {
  const names = (kind: string, types: string): string =>
    types === "" ? "" : ` (${kind} ${[...types].map((letter) => TYPE_NAMES[letter] ?? letter).join(" ")})`;
  return `(func${names("param", params)}${names("result", results)})`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = { l: "i64", i: "i32", d: "f64", s: "f32" };
const TYPE_LETTERS: Readonly<Record<number, string>> = { [I64]: "l", [I32]: "i", [F64]: "d", [F32]: "s" };

function letters(types: readonly number[]): string {
  return types.map((type) => TYPE_LETTERS[type] ?? "?").join("");
}
