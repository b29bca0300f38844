/**
 * A contract in a few hand-written wasm bytes: each of `echoes` answers its arguments, `refuse` panics with the
 * given text. Loading an assembler would take longer than all tests that use it.
 */
export function echoContract(echoes: readonly string[], refusal: string): Uint8Array {
  const text = [...Buffer.from(refusal, "utf8")];
  const types = [
    [0x60, 1, I64, 0],
    [0x60, 2, I64, I64, 0],
    [0x60, 0, 0],
  ];
  const imports = [hostFunction("input", 0), hostFunction("value_return", 1), hostFunction("panic_utf8", 1)];
  const exports = [
    ...echoes.map((name) => [...named(name), FUNCTION, ECHO]),
    [...named("refuse"), FUNCTION, REFUSE],
  ];
  // value_return takes the register 0 whole when the length is u64::MAX.
  const echo = [0, I64_CONST, 0, CALL, 0, I64_CONST, 0x7f, I64_CONST, 0, CALL, 1, END];
  const refuse = [0, I64_CONST, ...signed(text.length), I64_CONST, 0, CALL, 2, END];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, imports),
    ...section(3, [[2], [2]]),
    ...section(5, [[0, 1]]),
    ...section(7, exports),
    ...section(10, [sized(echo), sized(refuse)]),
    ...section(11, [[0, 0x41, 0, END, ...unsigned(text.length), ...text]]),
  ]);
}

const I64 = 0x7e;
const I64_CONST = 0x42;
const CALL = 0x10;
const END = 0x0b;
const FUNCTION = 0;
// The three imported functions come first.
const ECHO = 3;
const REFUSE = 4;

function hostFunction(name: string, type: number): number[] {
  return [...named("env"), ...named(name), FUNCTION, type];
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  return [id, ...sized([...unsigned(items.length), ...items.flat()])];
}

function named(name: string): number[] {
  return sized([...Buffer.from(name, "utf8")]);
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128 of a number that isn't negative. */
function signed(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
