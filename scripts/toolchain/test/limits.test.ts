import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { loadEngines } from "../engine-cache.ts";
import { PREPARATION_LIMITS, preparationViolations } from "../limits.ts";
import { readByte, readSections, readU32, SECTION, u32, vector, writeModule } from "../wasm-binary.ts";
import { importedFunctions, parseModule } from "../wasm-module.ts";
import { buildProbe } from "./probe.ts";

/** Host functions of nearcore on protocol 86 that the engine may import; others would be refused. */
const KNOWN_IMPORTS = [
  ...[
    "account_balance",
    "attached_deposit",
    "block_index",
    "block_timestamp",
    "current_account_id",
    "ecrecover",
  ],
  ...[
    "ed25519_verify",
    "epoch_height",
    "input",
    "keccak256",
    "log_utf8",
    "panic_utf8",
    "predecessor_account_id",
  ],
  ...["prepaid_gas", "promise_batch_action_deploy_contract", "promise_batch_action_function_call"],
  ...["promise_batch_action_function_call_weight", "promise_batch_action_transfer", "promise_batch_create"],
  ...[
    "promise_batch_then",
    "promise_result",
    "promise_results_count",
    "promise_return",
    "promise_yield_create",
  ],
  ...["promise_yield_resume", "random_seed", "read_register", "register_len", "sha256", "signer_account_id"],
  ...[
    "signer_account_pk",
    "storage_has_key",
    "storage_read",
    "storage_remove",
    "storage_usage",
    "storage_write",
  ],
  ...["used_gas", "value_return", "write_register"],
];

describe("preparation limits", () => {
  let wasm: Uint8Array;
  before(async () => {
    wasm = await buildProbe("export function empty() {}");
  });

  it("behavior: an initialised contract is within them, before any optimisation", () => {
    assert.deepEqual(preparationViolations(wasm), []);
  });

  it("behavior: only known host functions are imported", () => {
    const imports = importedFunctions(parseModule(wasm));
    assert.deepEqual(imports.map((i) => i.name).sort(), KNOWN_IMPORTS);
  });

  it("behavior: the engine's own stack is 256 KiB at the start of memory, and empty in the snapshot", () => {
    const data = readSections(wasm).find((s) => s.id === SECTION.data)!.content;
    const reader = { bytes: data, at: 0 };
    readU32(reader);
    // flag 0, i32.const
    assert.deepEqual([readByte(reader), readByte(reader)], [0, 0x41]);
    const address = readU32(reader);
    assert.ok(address >= 262_144, `first data at ${address}, expected it above the stack of 262144 bytes`);
  });

  it("behavior: what nearcore would refuse is named", async () => {
    const { runtime } = await loadEngines();
    const found = preparationViolations(runtime).join("; ");
    assert.match(found, /export engine_call takes or returns values, expected \(\) -> \(\)/);
    assert.match(
      preparationViolations(withMemory(PREPARATION_LIMITS.memoryPages + 1)).join(),
      /memoryPages: at most 2048/,
    );
    assert.match(
      preparationViolations(withImport("wasi")).join(),
      /imports wasi\.f, expected only functions of env/,
    );
    assert.match(
      preparationViolations(withBody([0, 0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0, 0x0b])).join(),
      /bulk-memory/,
    );
  });

  it("behavior: code outside the instruction set is refused", () => {
    assert.throws(() => preparationViolations(withBody([0, 0xfd, 0, 0x0b])), /instruction 0xfd is outside/);
  });
});

const VOID_TYPE = { id: SECTION.type, content: vector([[0x60, 0, 0]]) };

function withMemory(pages: number): Uint8Array {
  return writeModule([{ id: SECTION.memory, content: vector([[0, ...u32(pages)]]) }]);
}

function withImport(module: string): Uint8Array {
  const name = [...u32(module.length), ...Buffer.from(module), 1, "f".charCodeAt(0), 0, 0];
  return writeModule([VOID_TYPE, { id: SECTION.import, content: vector([name]) }]);
}

function withBody(body: number[]): Uint8Array {
  return writeModule([
    VOID_TYPE,
    { id: SECTION.function, content: vector([[0]]) },
    { id: SECTION.code, content: vector([[...u32(body.length), ...body]]) },
  ]);
}
