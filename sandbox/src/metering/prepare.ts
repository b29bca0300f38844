import type { RuntimeParameters } from "../vm/interface.ts";
import { type CompiledModule, webAssembly } from "../wasm/engine.ts";
import { MalformedModuleError } from "../wasm/malformed-module-error.ts";
import { EXTERNAL, type FunctionType, type WasmModule } from "../wasm/module.ts";
import { parseModule, parseModulePrefix } from "../wasm/parse-module.ts";
import { atMost, checkLimits } from "./check-limits.ts";
import type { MeteringMode } from "./gas-analysis.ts";
import { instrument, operatorCosts } from "./instrument.ts";
import { instrumentedSize } from "./instrumented-size.ts";
import { CompilerError, PrepareError } from "./prepare-error.ts";

/** nearcore adds at most this many bytes to an operator: a `return` that is charged and gives back its stack. */
const OPERATOR_GROWTH = 75;
/** And to a body: locals, a block, the stack taken and given back, the activation's charge. */
const BODY_GROWTH = 200;

/** A contract that passed preparation. */
export interface PreparedContract {
  readonly imports: readonly { readonly name: string; readonly type: FunctionType }[];
  /** Signatures of exported functions by name. */
  readonly methods: ReadonlyMap<string, FunctionType>;
  /** The compiled module of a mode; `exact` is compiled when first asked for. */
  readonly compiled: (mode: MeteringMode) => CompiledModule;
}

export type Preparation =
  | { readonly kind: "Prepared"; readonly contract: PreparedContract }
  | { readonly kind: "Refused"; readonly error: PrepareError | CompilerError };

/** Validates, limits, instruments and compiles `code`. Never throws for what the code contains. */
export function prepareContract(code: Uint8Array, parameters: RuntimeParameters): Preparation {
  try {
    const module = parseModule(code);
    checkLimits(module, parameters);
    if (!webAssembly.validate(code)) {
      throw new MalformedModuleError("expected a module that validates, found one that does not");
    }
    return { kind: "Prepared", contract: preparedContract(module, parameters) };
  } catch (error) {
    return { kind: "Refused", error: firstInStream(code, parameters, asRefusal(error)) };
  }
}

/**
 * nearcore checks limits and validates while it reads; here limits come first and V8 validates last. If V8 finds the
 * module invalid, only limits that were broken before that byte come before `Deserialization`.
 */
function firstInStream(
  code: Uint8Array,
  parameters: RuntimeParameters,
  refusal: PrepareError | CompilerError,
): PrepareError | CompilerError {
  const position = refusal instanceof PrepareError ? invalidPosition(code) : null;
  if (position === null) return refusal;
  try {
    checkLimits(parseModulePrefix(code, position), parameters);
    return new PrepareError("Deserialization", `expected a valid module, found damage at ${position}`);
  } catch (error) {
    return asRefusal(error);
  }
}

/** Where V8 finds the module invalid; null when it does not, or does not say where. */
function invalidPosition(code: Uint8Array): number | null {
  try {
    new webAssembly.Module(code);
    return null;
  } catch (error) {
    const position = /@\+(\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    return position === undefined ? null : Number(position);
  }
}

function preparedContract(module: WasmModule, parameters: RuntimeParameters): PreparedContract {
  const functionType = (index: number): FunctionType => module.types[module.functionTypes[index]!]!;
  const compile = (mode: MeteringMode): CompiledModule =>
    new webAssembly.Module(instrument(module, parameters, mode).bytes);
  const fast = instrument(module, parameters, "fast");
  checkInstrumentedSize(module, fast.operators, parameters);
  const modules = new Map<MeteringMode, CompiledModule>([["fast", new webAssembly.Module(fast.bytes)]]);
  return {
    imports: module.imports.map((entry) => ({ name: entry.name, type: module.types[entry.typeIndex]! })),
    methods: new Map(
      module.exports
        .filter((entry) => entry.kind === EXTERNAL.function)
        .map((entry) => [entry.name, functionType(entry.index)]),
    ),
    compiled: (mode) => {
      const known = modules.get(mode);
      if (known !== undefined) return known;
      const made = compile(mode);
      modules.set(mode, made);
      return made;
    },
  };
}

/** Sizing means another analysis, so that it is left to modules that can grow beyond the limit. */
function checkInstrumentedSize(module: WasmModule, operators: number, parameters: RuntimeParameters): void {
  const limit = parameters.limits.max_instrumented_code_size;
  const bound = 2 * module.bytes.length + operators * OPERATOR_GROWTH + module.bodies.length * BODY_GROWTH;
  if (limit === undefined || bound <= limit) return;
  const size = instrumentedSize(module, parameters, operatorCosts(parameters));
  atMost("InstrumentedCodeTooLarge", "bytes of instrumented code", size, limit);
}

function asRefusal(error: unknown): PrepareError | CompilerError {
  if (error instanceof PrepareError || error instanceof CompilerError) return error;
  // V8 refuses what wasmparser refuses; its own limits (compile errors) end up in the same variant.
  const message = error instanceof Error ? error.message : String(error);
  return new PrepareError("Deserialization", message);
}
