import { type ByteReader, readByte, readU32 } from "../wasm/byte-reader.ts";
import { MalformedModuleError } from "../wasm/malformed-module-error.ts";
import { F32, I32 } from "../wasm/module.ts";
import { isValueType } from "../wasm/read-operator.ts";

/** A run of locals of one type, as bodies declare them. */
export interface LocalRun {
  readonly count: number;
  readonly type: number;
}

/** Types are negative numbers in signed LEB128. */
const FIRST_NEGATIVE_TYPE = 0x40;

/** nearcore's estimate of a value's bytes on the stack. */
export function valueBytes(type: number): number {
  return type === I32 || type === F32 ? 4 : 8;
}

/** Reads a body's local declarations one by one; in the end the reader is at the body's first operator. */
export function* readLocals(reader: ByteReader): Generator<LocalRun, void> {
  const count = readU32(reader);
  for (let i = 0; i < count; i++) {
    const run = { count: readU32(reader), type: readByte(reader) };
    // nearcore reads this as a type index, and counts such locals before it refuses them.
    const isTypeIndex = run.type < FIRST_NEGATIVE_TYPE;
    if (isTypeIndex) yield run;
    if (!isValueType(run.type)) {
      throw new MalformedModuleError(`expected an enabled local type at ${reader.position - 1}`);
    }
    yield run;
  }
}

/** Looks up the type of a local by index without spreading runs of up to 2^32 locals. */
export function localTypeLookup(runs: readonly LocalRun[]): (index: number) => number {
  const ends: number[] = [];
  let total = 0;
  for (const run of runs) {
    total += run.count;
    ends.push(total);
  }
  return (index) => {
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! > index) high = middle;
      else low = middle + 1;
    }
    return runs[low]!.type;
  };
}
