import { BaseError } from "../errors/base-error.ts";

/**
 * Something that was read from a file or a peer and isn't of the expected form.
 *
 * Code `BAD_FORMAT`. The message names the place (`evidence.collateral.pck_crl`), never the value.
 */
export class FormatError extends BaseError {
  constructor(place: string, expected: string) {
    super({ code: "BAD_FORMAT", shortMessage: `${place}: expected ${expected}.`, retryable: false });
  }
}

/** A JSON object with every required field and no other than the optional ones. Throws FormatError. */
export function strictObject(
  value: unknown,
  place: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError(place, "an object");
  }
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new FormatError(place, `the field ${missing}`);
  const known = new Set([...required, ...optional]);
  if (Object.keys(value).some((name) => !known.has(name))) {
    throw new FormatError(place, `no fields but ${[...known].join(", ")}`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A text of at most `maxLength` characters that the whole pattern matches. Throws FormatError. */
export function strictText(value: unknown, place: string, pattern: RegExp, maxLength: number): string {
  if (typeof value !== "string" || value.length > maxLength || !pattern.test(value)) {
    throw new FormatError(place, `a text of at most ${maxLength} characters like ${pattern.source}`);
  }
  return value;
}

/** Bytes from lower-case hex, at least `min` and at most `max` of them. Throws FormatError. */
export function strictHex(value: unknown, place: string, min: number, max: number): Uint8Array {
  const text = strictText(value, place, /^([0-9a-f]{2})*$/, 2 * max);
  if (text.length < 2 * min) throw new FormatError(place, `at least ${min} bytes as lower-case hex`);
  return Buffer.from(text, "hex");
}

/** A whole number from `min` to `max`. Throws FormatError. */
export function strictInteger(value: unknown, place: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max) {
    throw new FormatError(place, `a whole number from ${min} to ${max}`);
  }
  return value;
}

/** A list of `min` to `max` items. Throws FormatError. */
export function strictList(value: unknown, place: string, min: number, max: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    throw new FormatError(place, `a list of ${min} to ${max} items`);
  }
  return value;
}

/**
 * JSON from bytes of at most `maxBytes`, UTF-8 without flaws, that people and programs read the same way: no name twice
 * in an object, texts and numbers as `JSON.stringify` writes them; blanks are free. Throws FormatError.
 */
export function strictJson(bytes: Uint8Array, place: string, maxBytes: number): unknown {
  const { text, value } = parseJson(bytes, place, maxBytes);
  if (hasOneReading(text, value)) return value;
  throw new FormatError(place, "JSON without repeated names or needless escapes");
}

/** JSON of somebody who isn't bound to write it in one way. Throws FormatError. */
export function lenientJson(bytes: Uint8Array, place: string, maxBytes: number): unknown {
  return parseJson(bytes, place, maxBytes).value;
}

function hasOneReading(text: string, value: unknown): boolean {
  try {
    return text.replace(STRING_OR_BLANKS, "$1") === JSON.stringify(value);
  } catch {
    // So deep that it can't be written again.
    return false;
  }
}

const STRING_OR_BLANKS = /("[^"\\]*(?:\\.[^"\\]*)*")|[ \t\r\n]+/g;

function parseJson(bytes: Uint8Array, place: string, maxBytes: number): { text: string; value: unknown } {
  if (bytes.length > maxBytes) throw new FormatError(place, `at most ${maxBytes} bytes`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    // The parser's message quotes its input, which may be secret.
    throw new FormatError(place, "JSON in UTF-8");
  }
}
