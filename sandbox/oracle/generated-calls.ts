import { assemble } from "../test/vm/assemble.ts";
import { CONTEXT } from "../test/vm/call.ts";
import { generateModule, type Random, seededRandom } from "../test/vm/generate-module.ts";
import type { OracleCall } from "./oracle-call.ts";

const AMPLE_GAS = 10n ** 14n;

/** `count` calls of random modules, half of them with gas that may not last. The same seed makes the same calls. */
export function generatedCalls(seed: number, count: number): OracleCall[] {
  return Array.from({ length: count }, (_, i) => {
    const random = seededRandom(seed + i);
    const code = assemble(generateModule(random));
    const prepaidGas = random(2) === 0 ? AMPLE_GAS : BigInt(1 + random(60)) * 10n ** BigInt(9 + random(4));
    return callOf(`generated module, seed ${seed + i}`, code, prepaidGas);
  });
}

/** `count` calls of random modules with one to three bytes changed: most do not validate, some do other things. */
export function mutatedCalls(seed: number, count: number): OracleCall[] {
  return Array.from({ length: count }, (_, i) => {
    const random = seededRandom(seed + i);
    const code = mutate(assemble(generateModule(random)), random);
    return callOf(`mutated module, seed ${seed + i}`, code, 10n ** 12n);
  });
}

function mutate(original: Uint8Array, random: Random): Uint8Array {
  const code = Uint8Array.from(original);
  for (let changes = 1 + random(3); changes > 0; changes--) code[random(code.length)] = random(256);
  return code;
}

function callOf(name: string, code: Uint8Array, prepaidGas: bigint): OracleCall {
  return { name, code, method: "m", context: { ...CONTEXT, prepaidGas }, storage: new Map() };
}
