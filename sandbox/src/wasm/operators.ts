import { F32, F64, FUNCREF, I32, I64 } from "./module.ts";

/**
 * How gas metering treats an operator. Charges move freely across `pure` ones; `trapping` ones may stop or observe
 * the execution, so that what precedes them must be charged; `bulk` ones cost by their last operand.
 */
export type OperatorClass =
  | "pure"
  | "trapping"
  | "call"
  | "bulk"
  | "unreachable"
  | "block"
  | "loop"
  | "if"
  | "else"
  | "end"
  | "br"
  | "br_if"
  | "br_table"
  | "return";

/** Shape of what follows the opcode. */
export type Immediates =
  | "none"
  | "index"
  | "index-index"
  | "block-type"
  | "targets"
  | "memory-argument"
  | "leb32"
  | "leb64"
  | "bytes4"
  | "bytes8"
  | "types"
  | "heap-type";

/** What an operator leaves on the operand stack after its pops: a value type, nothing, or what its index names. */
export type Pushes = number | "nothing" | "local" | "global" | "table-element" | "call" | "call-indirect";

/** `pops` and `pushes` are net: `i32.add` pops one operand and leaves the other in place. */
export interface Operator {
  readonly class: OperatorClass;
  readonly immediates: Immediates;
  readonly pops: number;
  readonly pushes: Pushes;
  /** Float arithmetic whose NaN results wasmtime canonicalises: the value type of the result. */
  readonly canonicalNan: typeof F32 | typeof F64 | null;
}

export const OPCODE = {
  end: 0x0b,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  refFunc: 0xd2,
  prefixFc: 0xfc,
} as const;

/** Operators of one byte, by opcode; undefined = a feature that nearcore does not enable. */
export const OPERATORS: readonly (Operator | undefined)[] = oneByteOperators();

/** Operators behind the prefix 0xfc (saturating truncation, bulk memory, tables), by second opcode. */
export const FC_OPERATORS: readonly (Operator | undefined)[] = fcOperators();

type Definition = [
  from: number,
  to: number,
  cls: OperatorClass,
  pops: number,
  pushes?: Pushes,
  imm?: Immediates,
];

function oneByteOperators(): (Operator | undefined)[] {
  return withNanResults(build([...controlOperators(), ...variableOperators(), ...numericOperators()]));
}

function controlOperators(): Definition[] {
  return [
    [0x00, 0x00, "unreachable", 0],
    [0x01, 0x01, "pure", 0],
    [0x02, 0x02, "block", 0, "nothing", "block-type"],
    [0x03, 0x03, "loop", 0, "nothing", "block-type"],
    [0x04, 0x04, "if", 1, "nothing", "block-type"],
    [0x05, 0x05, "else", 0],
    [0x0b, 0x0b, "end", 0],
    [0x0c, 0x0c, "br", 0, "nothing", "index"],
    [0x0d, 0x0d, "br_if", 1, "nothing", "index"],
    [0x0e, 0x0e, "br_table", 0, "nothing", "targets"],
    [0x0f, 0x0f, "return", 0],
    [0x10, 0x10, "call", 0, "call", "index"],
    [0x11, 0x11, "call", 0, "call-indirect", "index-index"],
    [0x1a, 0x1a, "pure", 1], // drop
    [0x1b, 0x1b, "pure", 2], // select
    [0x1c, 0x1c, "pure", 2, "nothing", "types"],
    [0xd0, 0xd0, "pure", 0, FUNCREF, "heap-type"],
    [0xd1, 0xd1, "pure", 1, I32], // ref.is_null
    [0xd2, 0xd2, "pure", 0, FUNCREF, "index"],
  ];
}

function variableOperators(): Definition[] {
  return [
    [0x20, 0x20, "pure", 0, "local", "index"],
    [0x21, 0x21, "pure", 1, "nothing", "index"],
    [0x22, 0x22, "pure", 0, "nothing", "index"], // local.tee
    [0x23, 0x23, "pure", 0, "global", "index"],
    [0x24, 0x24, "pure", 1, "nothing", "index"],
    [0x25, 0x25, "trapping", 1, "table-element", "index"],
    [0x26, 0x26, "trapping", 2, "nothing", "index"],
    [0x28, 0x28, "trapping", 1, I32, "memory-argument"],
    [0x29, 0x29, "trapping", 1, I64, "memory-argument"],
    [0x2a, 0x2a, "trapping", 1, F32, "memory-argument"],
    [0x2b, 0x2b, "trapping", 1, F64, "memory-argument"],
    [0x2c, 0x2f, "trapping", 1, I32, "memory-argument"],
    [0x30, 0x35, "trapping", 1, I64, "memory-argument"],
    [0x36, 0x3e, "trapping", 2, "nothing", "memory-argument"],
    [0x3f, 0x3f, "pure", 0, I32, "index"], // memory.size
    [0x40, 0x40, "bulk", 1, I32, "index"], // memory.grow
    [0x41, 0x41, "pure", 0, I32, "leb32"],
    [0x42, 0x42, "pure", 0, I64, "leb64"],
    [0x43, 0x43, "pure", 0, F32, "bytes4"],
    [0x44, 0x44, "pure", 0, F64, "bytes8"],
  ];
}

function numericOperators(): Definition[] {
  return [
    [0x45, 0x45, "pure", 1, I32], // i32.eqz
    [0x46, 0x4f, "pure", 2, I32],
    [0x50, 0x50, "pure", 1, I32], // i64.eqz
    [0x51, 0x66, "pure", 2, I32], // comparisons of i64, f32, f64
    [0x67, 0x69, "pure", 0], // i32.clz, ctz, popcnt
    [0x6a, 0x6c, "pure", 1],
    [0x6d, 0x70, "trapping", 1], // i32 division and remainder
    [0x71, 0x78, "pure", 1],
    [0x79, 0x7b, "pure", 0],
    [0x7c, 0x7e, "pure", 1],
    [0x7f, 0x82, "trapping", 1], // i64 division and remainder
    [0x83, 0x8a, "pure", 1],
    [0x8b, 0x91, "pure", 0], // f32 unary
    [0x92, 0x98, "pure", 1], // f32 binary
    [0x99, 0x9f, "pure", 0],
    [0xa0, 0xa6, "pure", 1],
    [0xa7, 0xa7, "pure", 1, I32], // i32.wrap_i64
    [0xa8, 0xab, "trapping", 1, I32], // i32.trunc
    [0xac, 0xad, "pure", 1, I64],
    [0xae, 0xb1, "trapping", 1, I64], // i64.trunc
    [0xb2, 0xb6, "pure", 1, F32],
    [0xb7, 0xbb, "pure", 1, F64],
    [0xbc, 0xbc, "pure", 1, I32],
    [0xbd, 0xbd, "pure", 1, I64],
    [0xbe, 0xbe, "pure", 1, F32],
    [0xbf, 0xbf, "pure", 1, F64],
    [0xc0, 0xc1, "pure", 1, I32], // sign extension
    [0xc2, 0xc4, "pure", 1, I64],
  ];
}

function fcOperators(): (Operator | undefined)[] {
  return build([
    [0, 3, "pure", 1, I32],
    [4, 7, "pure", 1, I64],
    [8, 8, "bulk", 3, "nothing", "index-index"], // memory.init
    [9, 9, "pure", 0, "nothing", "index"], // data.drop
    [10, 10, "bulk", 3, "nothing", "index-index"], // memory.copy
    [11, 11, "bulk", 3, "nothing", "index"], // memory.fill
    [12, 12, "bulk", 3, "nothing", "index-index"], // table.init
    [13, 13, "pure", 0, "nothing", "index"], // elem.drop
    [14, 14, "bulk", 3, "nothing", "index-index"], // table.copy
    [15, 15, "bulk", 2, I32, "index"], // table.grow
    [16, 16, "pure", 0, I32, "index"], // table.size
    [17, 17, "bulk", 3, "nothing", "index"], // table.fill
  ]);
}

function build(definitions: readonly Definition[]): (Operator | undefined)[] {
  const table: (Operator | undefined)[] = [];
  for (const [from, to, cls, pops, pushes = "nothing", immediates = "none"] of definitions) {
    for (let opcode = from; opcode <= to; opcode++) {
      table[opcode] = { class: cls, immediates, pops, pushes, canonicalNan: null };
    }
  }
  return table;
}

/** ceil to max and demote/promote; not abs, neg, copysign, which only touch the sign bit. */
function withNanResults(table: (Operator | undefined)[]): (Operator | undefined)[] {
  const mark = (from: number, to: number, type: typeof F32 | typeof F64): void => {
    for (let opcode = from; opcode <= to; opcode++) table[opcode] = { ...table[opcode]!, canonicalNan: type };
  };
  mark(0x8d, 0x97, F32);
  mark(0x9b, 0xa5, F64);
  mark(0xb6, 0xb6, F32);
  mark(0xbb, 0xbb, F64);
  return table;
}
