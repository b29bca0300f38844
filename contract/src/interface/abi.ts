/** The interface as JSON Schema, for the ABI that is built beside the wasm. Not bundled into the wasm. */
import { type AnyCallName, CALL_ARGUMENTS, VIEW_ARGUMENTS, type ViewName } from "./arguments.ts";
import { CALL_RULES } from "./method-rules.ts";
import { CALLS, PROPOSE_UPDATE, VIEW_RESULTS } from "./methods.ts";
import type { AnySchema, ObjectNode, TextFormat } from "./schema.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One method; `result` is null when it returns nothing. */
export interface InterfaceMethod {
  readonly name: string;
  readonly kind: "view" | "call";
  readonly modifiers: readonly ("init" | "private" | "payable")[];
  readonly args: readonly { readonly name: string; readonly schema: JsonSchema }[];
  readonly result: JsonSchema | null;
  readonly serialization: "json" | "borsh";
}

const TEXTS: Readonly<Record<TextFormat, string>> = {
  account_id: "NEAR account id",
  tls_public_key: "ed25519:<base58 of 32 bytes>",
  signer_key: "ed25519:<base58 of 32 bytes>, an access key",
  x25519_key: "x25519:<base58 of 32 bytes>",
  domain_key: "secp256k1:<base58 of 64 bytes>, ed25519:<of 32 bytes> or bls12381g2:<of 96 bytes>",
  signature: "ed25519:<base58 of 64 bytes>, a signature",
  sha256: "64 lower-case hex characters",
  url: "http(s) URL of printable ASCII, at most 256 bytes",
  yocto: "amount in yoctoNEAR, decimal digits",
  hex16: "16 bytes, lower-case hex",
  hex32: "32 bytes, lower-case hex",
  hex33: "33 bytes, lower-case hex",
  envelope: "JSON of an envelope, at most 4096 characters",
  eddsa_payload: "32 to 1232 bytes, lower-case hex",
  network_id: "1 to 64 characters of a-z, 0-9, '-', '_' and '.'",
  text: "text",
};

/** Every method of the contract with the JSON Schema of its arguments and its answer. */
export const abiSource: {
  readonly methods: readonly InterfaceMethod[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
} = {
  methods: [
    ...names(CALL_ARGUMENTS).map(callMethod),
    callMethod("propose_update"),
    ...names(VIEW_ARGUMENTS).map(viewMethod),
  ],
  definitions: {},
};

/** JSON Schema (draft 7) of the values that a descriptor accepts. */
export function jsonSchema(node: AnySchema): JsonSchema {
  switch (node.type) {
    case "text":
      return { type: "string", description: TEXTS[node.format] };
    case "integer":
      return { type: "integer", minimum: 0, maximum: node.maximum };
    case "bytes":
      return {
        type: "array",
        items: { type: "integer", minimum: 0, maximum: 255 },
        minItems: node.length,
        maxItems: node.length,
      };
    case "boolean":
      return { type: "boolean" };
    case "choice":
      return { type: "string", enum: [...node.values] };
    case "object":
      return objectSchema(node);
    case "list":
      return { type: "array", items: jsonSchema(node.item), maxItems: node.maximum };
    case "tuple":
      return {
        type: "array",
        items: node.items.map(jsonSchema),
        minItems: node.items.length,
        maxItems: node.items.length,
      };
    case "map":
      return {
        type: "object",
        additionalProperties: jsonSchema(node.value),
        maxProperties: node.maximum,
      };
    case "nullable":
      return optionalSchema(node.value);
    case "tagged":
      return { oneOf: Object.entries(node.variants).map(([name, variant]) => variantSchema(name, variant)) };
  }
}

function callMethod(name: AnyCallName): InterfaceMethod {
  const { access, deposit } = CALL_RULES[name];
  const { args, result, serialization } = name === "propose_update" ? PROPOSE_UPDATE : CALLS[name];
  return {
    name,
    kind: "call",
    modifiers: [
      ...(name === "init" || name === "init_running" ? (["init"] as const) : []),
      ...(access === "contract" || access === "callback" ? (["private"] as const) : []),
      ...(deposit === "none" ? [] : (["payable"] as const)),
    ],
    args: argumentSchemas(args),
    result: result && jsonSchema(result),
    serialization,
  };
}

function viewMethod(name: ViewName): InterfaceMethod {
  return {
    name,
    kind: "view",
    modifiers: [],
    args: argumentSchemas(VIEW_ARGUMENTS[name]),
    result: jsonSchema(VIEW_RESULTS[name]),
    serialization: "json",
  };
}

function argumentSchemas(node: AnySchema): { name: string; schema: JsonSchema }[] {
  if (node.type !== "object") throw new Error("arguments must be described by an object");
  return [
    ...Object.entries(node.fields).map(([name, field]) => ({ name, schema: jsonSchema(field) })),
    ...Object.entries(node.optional).map(([name, field]) => ({ name, schema: optionalSchema(field) })),
  ];
}

function objectSchema(node: ObjectNode): JsonSchema {
  const required = Object.entries(node.fields).map(([name, field]) => [name, jsonSchema(field)] as const);
  const optional = Object.entries(node.optional).map(
    ([name, field]) => [name, optionalSchema(field)] as const,
  );
  return {
    type: "object",
    properties: Object.fromEntries([...required, ...optional]),
    required: Object.keys(node.fields),
    additionalProperties: false,
  };
}

function optionalSchema(field: AnySchema): JsonSchema {
  return { anyOf: [jsonSchema(field), { type: "null" }] };
}

function variantSchema(name: string, variant: AnySchema | null): JsonSchema {
  if (variant === null) return { type: "string", enum: [name] };
  return {
    type: "object",
    properties: { [name]: jsonSchema(variant) },
    required: [name],
    additionalProperties: false,
  };
}

function names<Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(table) as Name[];
}
