/** Legal arguments from the schemas, and ways to spoil them: each spoiled one must be refused. */
import fc from "fast-check";
import type { AnySchema, TextFormat } from "../../src/interface/schema.ts";
import { sha256Hex, signerKey, tlsKey } from "./keys.ts";
import { entry, KEYSET } from "./network.ts";

const TEXTS: Readonly<Record<TextFormat, readonly string[]>> = {
  account_id: ["a.near", "x", "a".repeat(64), "node-1.operator_2.near"].map((id) => (id === "x" ? "xy" : id)),
  tls_public_key: [tlsKey("one"), tlsKey("two")],
  signer_key: [signerKey("one"), signerKey("two")],
  x25519_key: [`x25519:${tlsKey("one").slice(8)}`],
  domain_key: KEYSET.domains.map((domain) => domain.key),
  signature: [entry("a", "a2", "k1").tls_key_proof],
  sha256: [sha256Hex("one"), sha256Hex("two")],
  url: ["https://a.example:8443", "http://127.0.0.1:80/path?x=1"],
  network_id: ["testnet", "main-net_1.x"],
  yocto: ["0", "25000000000000000000000"],
  hex16: ["0123456789abcdef".repeat(2)],
  hex32: ["ab".repeat(32)],
  hex33: [`02${"ab".repeat(32)}`],
  envelope: [
    '{"header":{},"body":"x","signature":"y"}',
    `{${" ".repeat(4095)}`,
    `{"ключ":"😀é\u2028\ud800\\""}`,
  ],
  eddsa_payload: ["00".repeat(32), "cd".repeat(1232)],
  text: ["text"],
};

/** A value that the schema accepts, as JSON data. */
export function legalValue(node: AnySchema): fc.Arbitrary<unknown> {
  switch (node.type) {
    case "text":
      return fc.constantFrom(...TEXTS[node.format]);
    case "integer":
      return fc.oneof(
        fc.constantFrom(0, node.maximum),
        fc.integer({ min: 0, max: Math.min(node.maximum, 100) }),
      );
    case "bytes":
      return fc.constant(Array.from({ length: node.length }, (_, at) => (at * 7) % 256));
    case "boolean":
      return fc.boolean();
    case "choice":
      return fc.constantFrom(...node.values);
    case "object":
      return fc
        .tuple(
          fc.record(legalFields(node.fields)),
          fc.record(legalFields(node.optional), { requiredKeys: [] }),
        )
        .map(([required, optional]) => ({ ...required, ...optional }));
    case "list":
      return fc.array(legalValue(node.item), { maxLength: Math.min(node.maximum, 3) });
    case "tuple":
      return fc.tuple(...node.items.map(legalValue));
    case "map":
      return fc.dictionary(fc.constantFrom("0", "1"), legalValue(node.value));
    case "nullable":
      return fc.option(legalValue(node.value));
    case "tagged":
      return fc.oneof(...Object.entries(node.variants).map(([name, variant]) => legalVariant(name, variant)));
  }
}

function legalFields(fields: Readonly<Record<string, AnySchema>>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, legalValue(field)]));
}

function legalVariant(name: string, variant: AnySchema | null): fc.Arbitrary<unknown> {
  return variant === null ? fc.constant(name) : legalValue(variant).map((value) => ({ [name]: value }));
}

/** What no schema of ours accepts in place of any value. */
export const NONSENSE: readonly unknown[] = [
  -1,
  1.5,
  2 ** 53,
  1e300,
  [[[[]]]],
  { $: 1 },
  "",
  "\u0000",
  "ключ",
  "ed25519:",
  "ed25519:0OIl",
  `ed25519:${"1".repeat(33)}`,
  `x25519:${"1".repeat(31)}`,
  "secp256k1:1111",
  "x".repeat(300),
  '"]}',
];

export type Path = readonly (string | number)[];

/** Every place in a value. */
export function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...at, key]))];
}

/** Every place but those that take any text: a request's path is the caller's own business. */
export function checkedPathsOf(value: unknown): Path[] {
  return pathsOf(value).filter((path) => path.at(-1) !== "path");
}

/** The value with another one at this place. */
export function replaceAt(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item, at) => (at === Number(key) ? replaceAt(item, rest, replacement) : item));
  }
  const fields = value as Record<string, unknown>;
  return { ...fields, [key]: replaceAt(fields[String(key)], rest, replacement) };
}
