/** Parts of a module whose functions take and return nothing. */
export interface ModuleParts {
  /** Contents of the functions' bodies (locals, operators and `end`); the last one is exported as `m`. */
  readonly bodies: readonly (readonly number[])[];
  /** Imports of `env.panic`. */
  readonly imports?: number;
  /** i32 globals. */
  readonly globals?: number;
}

/** A body without locals or operators. */
export const EMPTY_BODY: readonly number[] = [0, 0x0b];

/** The binary of a module, byte by byte: text would take seconds to parse for modules at nearcore's limits. */
export function buildModule({ bodies, imports = 0, globals = 0 }: ModuleParts): Uint8Array {
  const importEntry = [...name("env"), ...name("panic"), 0, 0];
  const globalEntry = [0x7f, 0, 0x41, 0, 0x0b];
  return Uint8Array.from(
    [
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [[0x60, 0, 0]]),
      section(2, Array(imports).fill(importEntry)),
      section(3, Array(bodies.length).fill([0])),
      section(6, Array(globals).fill(globalEntry)),
      section(7, [[...name("m"), 0, ...leb(imports + bodies.length - 1)]]),
      section(
        10,
        bodies.map((body) => [...leb(body.length), ...body]),
      ),
    ].flat(),
  );
}

/** The body of a function with this many i32 locals and nothing else. */
export function bodyWithLocals(count: number): readonly number[] {
  return count === 0 ? EMPTY_BODY : [1, ...leb(count), 0x7f, 0x0b];
}

/** The body of a function without locals that has `operator` this many times. */
export function bodyRepeating(operator: readonly number[], times: number): readonly number[] {
  return [0, ...Array<readonly number[]>(times).fill(operator).flat(), 0x0b];
}

function section(id: number, entries: readonly (readonly number[])[]): readonly number[] {
  if (entries.length === 0) return [];
  const contents = [leb(entries.length), ...entries].flat();
  return [id, ...leb(contents.length), ...contents];
}

function name(text: string): readonly number[] {
  return [text.length, ...Buffer.from(text)];
}

function leb(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
