import { SignerError } from "./signer-error.ts";

/**
 * Turns a piece of parsed JSON into a checked value. Throws `BAD_MESSAGE` saying where, what was
 * expected and what kind of thing was found, but never the value: it may be a secret.
 */
export type Reader<T> = (value: unknown, where: string) => T;

/** Parses JSON text of at most `maxCharacters`. */
export function readJson<T>(text: string, what: string, maxCharacters: number, reader: Reader<T>): T {
  if (text.length > maxCharacters)
    throw unexpected(what, `at most ${maxCharacters} characters`, `${text.length}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unexpected(what, "JSON", "text that isn't");
  }
  return reader(value, what);
}

/** An object with exactly these fields. */
export const object =
  <T>(fields: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> =>
  (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw unexpected(where, "an object", kindOf(value));
    const names = Object.keys(fields) as (keyof T & string)[];
    const unknown = Object.keys(value).find((name) => !(names as string[]).includes(name));
    if (unknown !== undefined) throw unexpected(where, `the fields ${names.join(", ")}`, "another one");
    const found = new Map(Object.entries(value));
    return Object.fromEntries(
      names.map((name) => [name, fields[name](found.get(name), `${where}.${name}`)]),
    ) as T;
  };

/** A list of `min` to `max` items. */
export const list =
  <T>(min: number, max: number, item: Reader<T>): Reader<readonly T[]> =>
  (value, where) => {
    if (!Array.isArray(value)) throw unexpected(where, "a list", kindOf(value));
    if (value.length < min || value.length > max)
      throw unexpected(where, `${min} to ${max} items`, `${value.length}`);
    return value.map((element: unknown, index) => item(element, `${where}[${index}]`));
  };

/** An integer from `min` to `max`. */
export const integer =
  (min: number, max: number): Reader<number> =>
  (value, where) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min || value > max)
      throw unexpected(where, `an integer from ${min} to ${max}`, kindOf(value));
    return value;
  };

/** Text of 1 to `max` characters that matches the whole pattern. */
export const text =
  (max: number, pattern: RegExp): Reader<string> =>
  (value, where) => {
    if (typeof value !== "string" || value.length === 0 || value.length > max || !pattern.test(value))
      throw unexpected(where, `1 to ${max} characters matching ${pattern}`, kindOf(value));
    return value;
  };

/** One of the given words. */
export const oneOf =
  <T extends string>(words: readonly T[]): Reader<T> =>
  (value, where) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw unexpected(where, words.join(" or "), kindOf(value));
    return word;
  };

/** `min` to `max` bytes as lower-case hex. */
export const hexBytes =
  (min: number, max: number): Reader<Uint8Array> =>
  (value, where) => {
    if (typeof value !== "string" || value.length > 2 * max || !/^(?:[0-9a-f]{2})*$/.test(value))
      throw unexpected(where, `${min} to ${max} bytes as lower-case hex`, kindOf(value));
    if (value.length < 2 * min) throw unexpected(where, `${min} to ${max} bytes`, `${value.length / 2}`);
    return Uint8Array.from(Buffer.from(value, "hex"));
  };

/** A 32-byte hash or random id, kept as 64 lower-case hex characters. */
export const hash: Reader<string> = text(64, /^[0-9a-f]{64}$/);

/** Lower-case hex of bytes, as `hexBytes` reads it. */
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const unexpected = (where: string, expected: string, found: string): SignerError =>
  new SignerError("BAD_MESSAGE", `${where}: expected ${expected}, found ${found}`);

const kindOf = (value: unknown): string => {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `another ${typeof value}`;
};
