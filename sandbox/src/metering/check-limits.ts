import type { RuntimeParameters } from "../vm/interface.ts";
import { byteReader } from "../wasm/byte-reader.ts";
import { EXTERNAL, type WasmModule } from "../wasm/module.ts";
import { readLocals } from "./locals.ts";
import { PrepareError, type PrepareErrorReason } from "./prepare-error.ts";

/**
 * The checks of nearcore's "early" preparation, in its order of sections. Throws {@link PrepareError}; a limit that
 * the protocol version does not have is not checked.
 */
export function checkLimits(module: WasmModule, parameters: RuntimeParameters): void {
  const limit = (name: string): bigint | undefined => parameters.limits[name];
  atMost("TooManyTypes", "types", module.declaredTypes, limit("max_types_per_contract"));
  checkImports(module);
  atMost(
    "TooManyFunctions",
    "functions",
    module.importedFunctions,
    limit("max_functions_number_per_contract"),
  );
  atMost("TooManyTables", "tables", module.tables.length, limit("max_tables_per_contract"));
  for (const table of module.tables) {
    atMost(
      "TooManyTableElements",
      "elements of a table",
      table.initial,
      limit("max_elements_per_contract_table"),
    );
  }
  atMost("TooManyGlobals", "globals", module.globals.length, limit("max_globals_per_contract"));
  atMost(
    "TooManyFunctions",
    "functions",
    module.importedFunctions + module.declaredBodies,
    limit("max_functions_number_per_contract"),
  );
  checkBodies(module, parameters);
}

function checkImports(module: WasmModule): void {
  for (const entry of module.imports) {
    if (entry.module !== "env") {
      throw new PrepareError(
        "Instantiate",
        `expected imports of "env" only, found ${entry.module}.${entry.name}`,
      );
    }
    if (entry.kind === EXTERNAL.memory) {
      throw new PrepareError("Memory", `expected no imported memory, found ${entry.name}`);
    }
    if (entry.kind !== EXTERNAL.function) {
      throw new PrepareError("Instantiate", `expected imports of functions only, found ${entry.name}`);
    }
  }
}

function checkBodies(module: WasmModule, parameters: RuntimeParameters): void {
  const bodyLimit = parameters.limits.max_function_body_size;
  const localLimit = maximumLocals(module.bytes.length, parameters);
  let locals = 0;
  for (const body of module.bodies) {
    atMost("FunctionBodyTooLarge", "bytes of a function body", body.end - body.start, bodyLimit);
    for (const run of readLocals(byteReader(module.bytes, body.start, body.end))) {
      locals += run.count;
      atMost("TooManyLocals", "locals", locals, localLimit);
    }
  }
}

function maximumLocals(codeBytes: number, parameters: RuntimeParameters): bigint | undefined {
  const fixed = parameters.limits.max_locals_per_contract;
  const bytesPerLocal = parameters.limits.min_contract_size_per_local;
  if (bytesPerLocal === undefined) return fixed;
  const bySize = BigInt(codeBytes) / bytesPerLocal;
  return fixed === undefined || bySize < fixed ? bySize : fixed;
}

/** Throws {@link PrepareError} when `found` is over a limit that exists. */
export function atMost(
  reason: PrepareErrorReason,
  what: string,
  found: number,
  limit: bigint | undefined,
): void {
  if (limit !== undefined && found > Number(limit)) {
    throw new PrepareError(reason, `expected at most ${limit} ${what}, found ${found}`);
  }
}
