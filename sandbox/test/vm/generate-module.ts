/** A deterministic source of numbers in 0..bound-1 (mulberry32). */
export type Random = (bound: number) => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const FUNCTIONS = 4;

/**
 * A contract in text format made of random statements: arithmetic, memory, branches, loops, calls, host calls,
 * sometimes traps and promises. Method `m` ends within some 10^9 gas, or traps, or runs out.
 */
export function generateModule(random: Random): string {
  const functions = Array.from({ length: FUNCTIONS }, (_, i) => generateFunction(random, i));
  const elements = functions.map((_, i) => `$f${i}`).join(" ");
  return `(module
    (import "env" "log_utf8" (func $log (param i64 i64)))
    (import "env" "storage_write" (func $write (param i64 i64 i64 i64 i64) (result i64)))
    (import "env" "promise_batch_create" (func $batch (param i64 i64) (result i64)))
    (import "env" "promise_batch_action_function_call" (func $call (param i64 i64 i64 i64 i64 i64 i64)))
    (memory 1) (data (i32.const 0) "dave.near")
    (type $t (func)) (type $u (func (param i32)))
    (table $table ${FUNCTIONS + 2} funcref) (elem (i32.const 0) ${elements})
    (global $g (mut i32) (i32.const 3)) (global $x (mut f64) (f64.const 0))
    ${functions.join("\n")}
    (func (export "m") (local $a i32) (local $b i64) (local $c f32) (local $d f64) (local $n i32)
      ${statements(random, 0, 3)}))`;
}

function generateFunction(random: Random, index: number): string {
  return `(func $f${index} (local $a i32) (local $b i64) (local $c f32) (local $d f64) (local $n i32)
    ${statements(random, index + 1, 2)})`;
}

/** `caller` keeps calls acyclic: only functions from that index on are called. */
function statements(random: Random, caller: number, depth: number): string {
  return Array.from({ length: 1 + random(6) }, () => statement(random, caller, depth)).join("\n");
}

function statement(random: Random, caller: number, depth: number): string {
  const inner = (): string => statements(random, caller, depth - 1);
  const i = (): string => i32(random, 2);
  const simple = [
    () => "nop",
    () => `(local.set $a ${i()})`,
    () => `(local.set $b (i64.mul (i64.extend_i32_s ${i()}) (local.get $b)))`,
    () => `(local.set $c (f32.div (f32.convert_i32_s ${i()}) (local.get $c)))`,
    () => `(local.set $d (f64.sqrt (f64.convert_i32_s ${i()})))`,
    () => `(global.set $g ${i()})`,
    () => `(global.set $x (f64.sub (global.get $x) (local.get $d)))`,
    () => `(i32.store (i32.and ${i()} (i32.const 65535)) ${i()})`,
    () => `(f64.store (i32.const 64) (local.get $d))`,
    () => `(drop (memory.grow (i32.const ${random(3)})))`,
    () => `(memory.fill (i32.const 512) ${i()} (i32.const ${random(200)}))`,
    () => `(memory.copy (i32.const 512) (i32.const 16) (i32.const ${random(200)}))`,
    () => `(drop (select ${i()} ${i()} ${i()}))`,
    () => `(drop (i32.trunc_sat_f64_s (local.get $d)))`,
    () => `(call $log (i64.const ${random(9)}) (i64.const 0))`,
  ];
  const risky = [
    () => "unreachable",
    () => `(drop (i32.div_s ${i()} ${i()}))`,
    () => `(drop (i32.trunc_f64_s (local.get $d)))`,
    () => `(drop (i64.load ${i()}))`,
    () => `(call_indirect $table (type $t) (i32.const ${Math.max(caller, random(FUNCTIONS + 4))}))`,
    () => `(call_indirect $table (type $u) (local.get $a) (i32.const 0))`,
    () =>
      `(call $call (call $batch (i64.const 9) (i64.const 0)) (i64.const 4) (i64.const 0) (i64.const 3)
        (i64.const 0) (i64.const 100) (i64.const ${random(50)}00000000000))`,
    () =>
      `(drop (call $write (i64.const ${random(4)}) (i64.const 0) (i64.const ${random(40)}) (i64.const 0)
        (i64.const 1)))`,
    () => "(return)",
  ];
  if (random(8) === 0) return risky[random(risky.length)]!();
  if (depth === 0 || random(2) === 0) return simple[random(simple.length)]!();
  const compound = [
    () => `(block ${inner()} (br_if 0 ${i()}) ${inner()})`,
    () => `(if ${i()} (then ${inner()}) (else ${inner()}))`,
    () => `(if ${i()} (then ${inner()}))`,
    () =>
      `(block (block (block (br_table 0 1 2 (i32.and ${i()} (i32.const 3)))) ${inner()}) ${inner()} (br 0))`,
    () =>
      `(local.set $n (i32.const ${1 + random(6)}))
       (block (loop (br_if 1 (i32.eqz (local.get $n)))
         (local.set $n (i32.sub (local.get $n) (i32.const 1))) ${inner()} (br 0)))`,
    () => `(drop (block (result i32) ${inner()} ${i()}))`,
    () => (caller < FUNCTIONS ? `(call $f${caller + random(FUNCTIONS - caller)})` : "nop"),
  ];
  return compound[random(compound.length)]!();
}

function i32(random: Random, depth: number): string {
  const leaf = [
    () => `(i32.const ${random(2) === 0 ? random(4) : random(100_000) - 50_000})`,
    () => "(local.get $a)",
    () => "(global.get $g)",
    () => "(i32.load8_u (i32.const 64))",
    () => "(i32.wrap_i64 (local.get $b))",
    () => "(memory.size)",
    () => "(f32.lt (local.get $c) (f32.const 1))",
  ];
  if (depth === 0 || random(2) === 0) return leaf[random(leaf.length)]!();
  const operators = ["add", "sub", "mul", "and", "xor", "shl", "rotl", "eq", "lt_s"];
  return `(i32.${operators[random(operators.length)]} ${i32(random, depth - 1)} ${i32(random, depth - 1)})`;
}
