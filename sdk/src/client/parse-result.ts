import type { AnySchema, Decoded, SchemaNode, TextNode } from "../../../contract/src/interface/schema.ts";
import { KeyError, parsePublicKey } from "../crypto/key-texts.ts";
import { ResultError } from "../errors/result-error.ts";

/**
 * Checks a view's JSON against its descriptor and returns it with its type.
 *
 * Readers are lenient where contract.md §1 wants it: unknown fields are dropped, missing fields that may be null
 * are null. Everything else must fit: types, choices, keys of the right kind, caps. Throws ResultError.
 */
export function parseResult<S extends AnySchema>(method: string, schema: S, json: unknown): Decoded<S> {
  try {
    return read(schema, json, "") as Decoded<S>;
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new ResultError(method, error.path, error.expected, error.found);
  }
}

class Mismatch extends Error {
  readonly path: string;
  readonly expected: string;
  readonly found: string;

  constructor(path: string, expected: string, value: unknown) {
    super("mismatch");
    this.path = path;
    this.expected = expected;
    this.found = shown(value);
  }
}

function read(node: SchemaNode, json: unknown, path: string): unknown {
  switch (node.type) {
    case "text":
      return readText(node, json, path);
    case "integer":
      if (Number.isSafeInteger(json) && (json as number) >= 0 && (json as number) <= node.maximum)
        return json;
      throw new Mismatch(path, `a whole number up to ${node.maximum}`, json);
    case "bytes":
      return readBytes(node.length, json, path);
    case "boolean":
      if (typeof json === "boolean") return json;
      throw new Mismatch(path, "a boolean", json);
    case "choice":
      if (typeof json === "string" && node.values.includes(json)) return json;
      throw new Mismatch(path, `one of ${node.values.join(", ")}`, json);
    case "nullable":
      return json === null ? null : read(node.value, json, path);
    case "list":
      return readList(json, node.maximum, path).map((item, index) =>
        read(node.item, item, `${path}[${index}]`),
      );
    case "tuple": {
      const items = readList(json, node.items.length, path);
      return node.items.map((item, index) => read(item, items[index], `${path}[${index}]`));
    }
    case "map":
      return readMap(node.value, node.maximum, json, path);
    case "object":
      return readObject(node.fields, node.optional, json, path);
    case "tagged":
      return readTagged(node.variants, json, path);
  }
}

const KEY_KINDS: Readonly<Partial<Record<TextNode["format"], "ed25519" | "x25519">>> = {
  tls_public_key: "ed25519",
  signer_key: "ed25519",
  x25519_key: "x25519",
};
const SHA256_HEX = /^[0-9a-f]{64}$/;

function readText(node: TextNode, json: unknown, path: string): string {
  if (typeof json !== "string") throw new Mismatch(path, "a text", json);
  const kind = KEY_KINDS[node.format];
  if (kind !== undefined) checkKey(json, kind, path);
  if (node.format === "sha256" && !SHA256_HEX.test(json)) throw new Mismatch(path, "64 hex characters", json);
  return json;
}

function readBytes(length: number, json: unknown, path: string): readonly number[] {
  const isByte = (one: unknown) => Number.isInteger(one) && (one as number) >= 0 && (one as number) <= 255;
  if (Array.isArray(json) && json.length === length && json.every(isByte)) return json;
  throw new Mismatch(path, `a list of ${length} bytes`, json);
}

function checkKey(text: string, kind: "ed25519" | "x25519", path: string): void {
  try {
    parsePublicKey(text, kind);
  } catch (error) {
    if (error instanceof KeyError) throw new Mismatch(path, `an ${kind} key`, text);
    throw error;
  }
}

function readList(json: unknown, maximum: number, path: string): readonly unknown[] {
  if (Array.isArray(json) && json.length <= maximum) return json;
  throw new Mismatch(path, `a list of at most ${maximum}`, json);
}

function readMap(value: SchemaNode, maximum: number, json: unknown, path: string): Record<string, unknown> {
  const entries = Object.entries(asRecord(json, path));
  if (entries.length > maximum) throw new Mismatch(path, `at most ${maximum} entries`, json);
  return record(entries.map(([name, item]) => [name, read(value, item, join(path, name))]));
}

type Fields = Readonly<Record<string, SchemaNode>>;

function readObject(fields: Fields, optional: Fields, json: unknown, path: string): Record<string, unknown> {
  const source = asRecord(json, path);
  const given = (name: string) => (Object.hasOwn(source, name) ? (source[name] ?? null) : null);
  const needed = Object.entries(fields).map(([name, node]): [string, unknown] => [
    name,
    read(node, given(name), join(path, name)),
  ]);
  const extra = Object.entries(optional).map(([name, node]): [string, unknown] => {
    const value = given(name);
    return [name, value === null ? null : read(node, value, join(path, name))];
  });
  return record([...needed, ...extra]);
}

function readTagged(
  variants: Readonly<Record<string, SchemaNode | null>>,
  json: unknown,
  path: string,
): unknown {
  if (typeof json === "string" && Object.hasOwn(variants, json) && variants[json] === null) return json;
  const entries = typeof json === "object" && json !== null ? Object.entries(json) : [];
  const [name, value] = entries[0] ?? [];
  const node = name !== undefined && Object.hasOwn(variants, name) ? variants[name] : undefined;
  if (entries.length !== 1 || name === undefined || node === undefined || node === null) {
    throw new Mismatch(path, `one of ${Object.keys(variants).join(", ")}`, json);
  }
  return { [name]: read(node, value, join(path, name)) };
}

function asRecord(json: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>;
  throw new Mismatch(path, "an object", json);
}

// A name like "__proto__" must become a field, not the object's prototype.
function record(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries);
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

const MAX_SHOWN = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
