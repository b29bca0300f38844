/** JSON Schema of a value, as NEAR ABI embeds it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One method as the interface declares it. `result` is null when the method returns nothing. */
export interface AbiMethod {
  readonly name: string;
  readonly kind: "view" | "call";
  readonly modifiers: readonly ("init" | "private" | "payable")[];
  readonly args: readonly { readonly name: string; readonly schema: JsonSchema }[];
  readonly result: JsonSchema | null;
  readonly serialization: "json" | "borsh";
}

/** What the interface says of itself; `definitions` are the schemas that others refer to by `#/definitions/…`. */
export interface AbiSource {
  readonly methods: readonly AbiMethod[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Facts about the build that go into the ABI; `wasmHash` is the sha256 in base58, as NEAR shows code hashes. */
export interface AbiBuildInfo {
  readonly name: string;
  readonly version: string;
  readonly compiler: string;
  readonly builder: string;
  readonly wasmHash: string;
}

/** A NEAR ABI document, schema version 0.4.0 (near-abi), as plain JSON data. */
export function writeAbi(source: AbiSource, build: AbiBuildInfo): Record<string, unknown> {
  return {
    schema_version: "0.4.0",
    metadata: {
      name: build.name,
      version: build.version,
      build: { compiler: build.compiler, builder: build.builder },
      wasm_hash: build.wasmHash,
    },
    body: {
      functions: [...source.methods].sort((a, b) => (a.name < b.name ? -1 : 1)).map(abiFunction),
      root_schema: {
        $schema: "http://json-schema.org/draft-07/schema#",
        title: "String",
        type: "string",
        definitions: source.definitions,
      },
    },
  };
}

/** Names on which the ABI and the wasm's exports differ, with the side that lacks them; empty when they agree. */
export function abiDifferences(source: AbiSource, exported: readonly string[]): string[] {
  const declared = source.methods.map((m) => m.name);
  return [
    ...declared.filter((name) => !exported.includes(name)).map((name) => `${name} is in the interface only`),
    ...exported.filter((name) => !declared.includes(name)).map((name) => `${name} is exported only`),
  ];
}

function abiFunction(method: AbiMethod): Record<string, unknown> {
  const { name, kind, modifiers, args, result, serialization } = method;
  return {
    name,
    kind,
    ...(modifiers.length > 0 ? { modifiers: [...modifiers] } : {}),
    ...(args.length > 0
      ? {
          params: {
            serialization_type: serialization,
            args: args.map((arg) => ({ name: arg.name, type_schema: arg.schema })),
          },
        }
      : {}),
    ...(result ? { result: { serialization_type: "json", type_schema: result } } : {}),
  };
}
