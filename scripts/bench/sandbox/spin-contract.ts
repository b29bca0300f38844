import { assemble } from "../../../sandbox/test/clients/assemble.ts";

/** Of {@link spinContract}: burns 5 Tgas, nearly all of them as wasm instructions. */
export const SPIN_METHOD = "spin";

/** Seven instructions each, at 822,756 gas, come to about 4 Tgas; the call itself costs the rest. */
const TURNS = 700_000;

/** A contract with the methods `spin` and `nothing`. */
export function spinContract(): Uint8Array {
  return assemble(`(module
    (memory 1)
    (func (export "nothing"))
    (func (export "spin") (local $turns i32)
      (local.set $turns (i32.const ${TURNS}))
      (loop $again
        (local.set $turns (i32.sub (local.get $turns) (i32.const 1)))
        (br_if $again (local.get $turns)))))`);
}
