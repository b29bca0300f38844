/**
 * From the bytes of a caller to checked data. Refused before anything is read from storage: what is not JSON, longer
 * or deeper than any legal argument, of a wrong type, with an unknown, missing or repeated field. Source: contract.md
 * §4.9.
 */
import { attempt, type ProtocolError, type Result, refuse, unreachable } from "../protocol/errors.ts";
import type { ParticipantEntry } from "../protocol/state.ts";
import { countQuotes, isTooDeep, parseJson } from "./json-text.ts";
import { type KnownEntries, knownEntry, TEXTS_IN_ENTRY } from "./known-entries.ts";
import type {
  AnySchema,
  ChoiceNode,
  Decoded,
  ListNode,
  MapKey,
  MapNode,
  ObjectNode,
  SchemaNode,
  TaggedNode,
  TupleNode,
} from "./schema.ts";
import { participantEntry } from "./shapes.ts";
import { type Base58Decode, excerpt, requireFormat } from "./text-formats.ts";

/** Reads the JSON arguments of a method or returns the refusal; an empty input counts as `{}`. */
export function decodeArguments<S extends AnySchema>(
  schema: S,
  input: string,
  base58Decode: Base58Decode,
): Result<Decoded<S>, ProtocolError> {
  return attempt(() => readArguments(schema, input, base58Decode));
}

/**
 * As `decodeArguments`, but throws the refusal: for use inside `attempt`. Of `known`, participants that were checked
 * before in their usual order, those that the arguments list again need no checks and become these very objects.
 */
export function readArguments<S extends AnySchema>(
  schema: S,
  input: string,
  base58Decode: Base58Decode,
  known: () => readonly ParticipantEntry[] = nobody,
): Decoded<S> {
  const json = input === "" ? "{}" : input;
  const value = parseJson(json, (schema as Partial<ObjectNode>).characters);
  const read = readQuickly(schema, json, value, { base58Decode, known });
  return (read ?? readStrictly(schema, json, value, base58Decode)) as Decoded<S>;
}

/** Checks a value that came from elsewhere than arguments, such as a state that was read from a node. */
export function readJsonValue<S extends AnySchema>(
  schema: S,
  value: unknown,
  base58Decode: Base58Decode,
): Decoded<S> {
  return readValue(schema, value, "", strictReading(base58Decode)) as Decoded<S>;
}

interface Reading {
  readonly base58Decode: Base58Decode;
  /** Paths and names of fields are for refusals alone: a value is first read without and once more if it is refused. */
  readonly isStrict: boolean;
  /** Field names and text values met so far. */
  texts: number;
  readonly known: KnownEntries | null;
}

function nobody(): readonly ParticipantEntry[] {
  return [];
}

/** The value, or null if anything is wrong: what is repeated or unknown left its quotes in the input. */
function readQuickly(
  schema: AnySchema,
  json: string,
  value: unknown,
  { base58Decode, known }: { base58Decode: Base58Decode; known: () => readonly ParticipantEntry[] },
): unknown {
  const entries = known === nobody ? null : { entries: known(), next: 0 };
  const reading: Reading = { base58Decode, texts: 0, isStrict: false, known: entries };
  try {
    const read = readValue(schema, value, "", reading);
    return countQuotes(json) === 2 * reading.texts ? read : null;
  } catch {
    return null;
  }
}

/** Names what is wrong. */
function readStrictly(schema: AnySchema, json: string, value: unknown, base58Decode: Base58Decode): unknown {
  if (isTooDeep(json, value)) refuse("INVALID_JSON", {});
  const reading = strictReading(base58Decode);
  const read = readValue(schema, value, "", reading);
  // Parsing keeps the last of repeated fields.
  if (countQuotes(json) !== 2 * reading.texts) refuse("DUPLICATE_FIELD", {});
  return read;
}

function strictReading(base58Decode: Base58Decode): Reading {
  return { base58Decode, texts: 0, isStrict: true, known: null };
}

function readValue(node: SchemaNode, value: unknown, path: string, reading: Reading): unknown {
  switch (node.type) {
    case "text":
      if (typeof value !== "string") return refuseType("a text", value, path);
      reading.texts++;
      requireFormat(node.format, value, path, reading.base58Decode);
      return value;
    case "integer":
      return readInteger(node.maximum, value, path);
    case "bytes":
      return readBytes(node.length, value, path);
    case "boolean":
      return typeof value === "boolean" ? value : refuseType("true or false", value, path);
    case "choice":
      return readChoice(node, value, path, reading);
    case "object":
      return readObject(node, value, path, reading);
    case "list":
      return readList(node, value, path, reading);
    case "tuple":
      return readTuple(node, value, path, reading);
    case "map":
      return readMap(node, value, path, reading);
    case "nullable":
      return value === null ? null : readValue(node.value, value, path, reading);
    case "tagged":
      return readTagged(node, value, path, reading);
    default:
      return unreachable(node);
  }
}

function readInteger(maximum: number, value: unknown, path: string): number {
  const isWhole = typeof value === "number" && Number.isSafeInteger(value);
  if (!isWhole || value < 0 || value > maximum) {
    return refuseType(`a whole number from 0 to ${maximum}`, value, path);
  }
  // JSON has a negative zero.
  return value + 0;
}

/** A loop without closures, as for lists of participants. */
function readBytes(length: number, value: unknown, path: string): readonly number[] {
  const expected = `a list of exactly ${length} whole numbers from 0 to 255`;
  if (!Array.isArray(value) || value.length !== length) return refuseType(expected, value, path);
  for (let at = 0; at < length; at++) {
    const byte: unknown = value[at];
    const isByte = typeof byte === "number" && byte >= 0 && byte <= 255 && byte % 1 === 0;
    if (!isByte) return refuseType(expected, byte, path);
    // JSON has a negative zero.
    if (byte === 0) value[at] = 0;
  }
  return value;
}

function readChoice(node: ChoiceNode, value: unknown, path: string, reading: Reading): string {
  if (typeof value !== "string" || !node.values.includes(value)) {
    return refuseType(`one of ${node.values.join(", ")}`, value, path);
  }
  reading.texts++;
  return value;
}

/** JSON holds no undefined and no name of ours is inherited, so a field that is undefined is missing. */
function readObject(node: ObjectNode, value: unknown, path: string, reading: Reading): unknown {
  const given = requireObject(value, path);
  const read: Record<string, unknown> = {};
  let known = 0;
  for (const name in node.fields) {
    const field = node.fields[name];
    const found = given[name];
    if (field === undefined || found === undefined) {
      return refuse("MISSING_FIELD", { path: join(path, name, reading) });
    }
    known++;
    read[name] = readValue(field, found, join(path, name, reading), reading);
  }
  for (const name in node.optional) {
    const field = node.optional[name];
    const found = given[name];
    if (found !== undefined) known++;
    read[name] =
      found === undefined || found === null || !field
        ? null
        : readValue(field, found, join(path, name, reading), reading);
  }
  if (reading.isStrict) {
    const names = Object.keys(given);
    if (names.length > known) refuseUnknown(node, names, path, reading);
  }
  reading.texts += known;
  return read;
}

function refuseUnknown(node: ObjectNode, names: readonly string[], path: string, reading: Reading): never {
  const unknown = names.find((name) => !hasOwn(node.fields, name) && !hasOwn(node.optional, name)) ?? "";
  return refuse("UNKNOWN_FIELD", { path: excerpt(join(path, unknown, reading)) });
}

function readList(node: ListNode, value: unknown, path: string, reading: Reading): unknown {
  if (!Array.isArray(value)) return refuseType("a list", value, path);
  if (value.length > node.maximum) {
    return refuseType(`a list of at most ${node.maximum}`, `a list of ${value.length}`, path);
  }
  const read: unknown[] = [];
  const known = node.item === participantEntry ? reading.known : null;
  for (let at = 0; at < value.length; at++) {
    const item = value[at];
    const entry = known && knownEntry(known, item);
    if (entry) reading.texts += TEXTS_IN_ENTRY;
    read.push(entry ?? readValue(node.item, item, index(path, at, reading), reading));
  }
  return read;
}

function readTuple(node: TupleNode, value: unknown, path: string, reading: Reading): unknown {
  const { items } = node;
  if (!Array.isArray(value) || value.length !== items.length) {
    return refuseType(`a list of exactly ${items.length}`, value, path);
  }
  return items.map((item, at) => readValue(item, value[at], index(path, at, reading), reading));
}

function readMap(node: MapNode, value: unknown, path: string, reading: Reading): unknown {
  const given = requireObject(value, path);
  const names = Object.keys(given);
  if (names.length > node.maximum) {
    return refuseType(`at most ${node.maximum} entries`, `${names.length} entries`, path);
  }
  reading.texts += names.length;
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const at = join(path, excerpt(name), reading);
    requireKey(node.key, name, at, reading);
    read[name] = readValue(node.value, given[name], at, reading);
  }
  return read;
}

function requireKey(kind: MapKey, name: string, path: string, { base58Decode }: Reading): void {
  if (kind === "account_id") requireFormat("account_id", name, path, base58Decode);
  else if (String(Math.abs(Number(name))) !== name || !Number.isSafeInteger(Number(name))) {
    refuseType("a whole number as field name", name, path);
  }
}

function readTagged(node: TaggedNode, value: unknown, path: string, reading: Reading): unknown {
  const expected = `one of ${Object.keys(node.variants).join(", ")}`;
  const isBare = typeof value === "string";
  const names = isBare ? [value] : Object.keys(requireObject(value, path));
  const [name] = names;
  if (name === undefined || names.length !== 1 || !hasOwn(node.variants, name)) {
    return refuseType(expected, value, path);
  }
  const variant = node.variants[name] ?? null;
  if (isBare !== (variant === null)) return refuseType(expected, value, path);
  reading.texts++;
  if (variant === null) return name;
  return { [name]: readValue(variant, (value as Fields)[name], join(path, name, reading), reading) };
}

type Fields = Readonly<Record<string, unknown>>;

function requireObject(value: unknown, path: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuseType("an object", value, path);
  }
  return value as Fields;
}

function refuseType(expected: string, value: unknown, path: string): never {
  return refuse("INVALID_ARGUMENT", { path, expected, found: describe(value) });
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  return excerpt(String(value));
}

// ES2020 has no Object.hasOwn.
const { hasOwnProperty: isOwnProperty } = Object.prototype;

function hasOwn(value: object, name: string): boolean {
  return isOwnProperty.call(value, name);
}

function index(path: string, at: number, reading: Reading): string {
  return reading.isStrict ? `${path}[${at}]` : "";
}

function join(path: string, name: string, reading: Reading): string {
  if (!reading.isStrict) return "";
  return path === "" ? name : `${path}.${name}`;
}
