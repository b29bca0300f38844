/** What V8 says about a trap, by nearcore's name for it (wasmtime's table traps count as memory ones there). */
const TRAPS: readonly (readonly [pattern: RegExp, trap: string])[] = [
  [/^unreachable$/, "Unreachable"],
  [/memory access out of bounds|table (index|access|or size)|out of bounds/i, "MemoryOutOfBounds"],
  [/divide by zero|remainder by zero|unrepresentable/, "IllegalArithmetic"],
  [/signature mismatch|null function/, "IncorrectCallIndirectSignature"],
  [/call stack/, "StackOverflow"],
];

/** nearcore's `WasmTrap` variant for an error that V8 threw out of wasm. */
export function trapName(error: Error): string {
  return TRAPS.find(([pattern]) => pattern.test(error.message))?.[1] ?? "GenericTrap";
}
