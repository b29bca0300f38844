import type { GasProfileEntry } from "./outcome.ts";

const ACTION_PREFIX = "action:";

/** The profile as nearcore lists it: non-zero costs by category and name, wasm instructions among the host costs. */
export function gasProfileEntries(
  profile: ReadonlyMap<string, bigint>,
  wasmInstructionGas: bigint,
): GasProfileEntry[] {
  const entries = [...profile].map(([cost, gas]): GasProfileEntry => {
    const isAction = cost.startsWith(ACTION_PREFIX);
    const name = isAction ? cost.slice(ACTION_PREFIX.length) : cost;
    return { cost: name.toUpperCase(), category: isAction ? "ACTION_COST" : "WASM_HOST_COST", gas };
  });
  entries.push({ cost: "WASM_INSTRUCTION", category: "WASM_HOST_COST", gas: wasmInstructionGas });
  return entries.filter(({ gas }) => gas > 0n).sort(byCategoryAndName);
}

function byCategoryAndName(left: GasProfileEntry, right: GasProfileEntry): number {
  const [a, b] = [left.category + left.cost, right.category + right.cost];
  return a < b ? -1 : a > b ? 1 : 0;
}
