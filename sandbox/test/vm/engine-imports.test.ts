import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { PROTOCOL_VERSIONS, runtimeParameters } from "../../src/parameters/runtime-parameters.ts";
import { availableHostFunctions, hostFunctionText } from "../../src/vm/host-functions.ts";
import { runFunctionCall } from "../../src/vm/run-function-call.ts";
import { assemble } from "./assemble.ts";
import { CONTEXT, request } from "./call.ts";

const HEADER = new URL("../../../contract/engine/host.h", import.meta.url);
const TYPES: Readonly<Record<string, string>> = { uint64_t: "i64", uint32_t: "i32" };

/** Imports of the contract's engine by name, as WebAssembly text. */
function engineImports(): Map<string, string> {
  const declaration = /^IMPORT\((\w+)\)\s+(?:_Noreturn )?(\w+) host_\w+\(([^)]*)\);/gm;
  const found = [...readFileSync(HEADER, "utf8").matchAll(declaration)];
  return new Map(found.map(([, name, result, params]) => [name!, functionText(result!, params!)]));
}

function functionText(result: string, params: string): string {
  const types = params === "void" ? [] : params.split(",").map((param) => TYPES[param.trim().split(" ")[0]!]);
  const parts = [
    types.length > 0 ? `(param ${types.join(" ")})` : "",
    result === "void" ? "" : `(result ${TYPES[result]})`,
  ];
  return ["(func", ...parts.filter((part) => part !== "")].join(" ").concat(")");
}

/** A module that imports all of these and does nothing. */
function importing(imports: ReadonlyMap<string, string>): Uint8Array {
  const lines = [...imports].map(([name, type]) => `(import "env" "${name}" ${type})`);
  return assemble(`(module ${lines.join("\n")} (func (export "m")))`);
}

test("behavior: all host functions that the contract's engine imports exist on protocol 86 with these types", () => {
  const imports = engineImports();
  const declared = readFileSync(HEADER, "utf8").match(/^IMPORT\(/gm);
  assert.equal(imports.size, declared!.length, "expected every declaration to be understood");
  assert.equal(imports.size, 39);
  const available = availableHostFunctions(runtimeParameters(86));
  for (const [name, type] of imports) {
    const definition = available.get(name);
    assert.ok(definition !== undefined, `expected ${name} on protocol 86, found nothing`);
    assert.equal(hostFunctionText(definition), type, name);
  }
  assert.equal(runFunctionCall(request(importing(imports))).error, null);
});

test("behavior: a contract may import every host function of its protocol version at once", () => {
  for (const version of PROTOCOL_VERSIONS) {
    const parameters = runtimeParameters(version);
    const available = new Map(availableHostFunctions(parameters));
    // nearcore has this one in its sandbox build only.
    available.delete("sandbox_debug_log");
    const code = importing(new Map([...available].map(([name, found]) => [name, hostFunctionText(found)])));
    const context = { ...CONTEXT, prepaidGas: 10n ** 14n };
    assert.equal(runFunctionCall(request(code, { parameters, context })).error, null, `protocol ${version}`);
  }
});
