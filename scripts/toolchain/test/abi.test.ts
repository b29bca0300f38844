import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toolchainFingerprint } from "../fingerprint.ts";
import { type AbiSource, abiDifferences, writeAbi } from "../write-abi.ts";

const SOURCE: AbiSource = {
  methods: [
    {
      name: "vote",
      kind: "call",
      modifiers: ["payable"],
      args: [{ name: "id", schema: { type: "integer", minimum: 0 } }],
      result: null,
      serialization: "json",
    },
    {
      name: "state",
      kind: "view",
      modifiers: [],
      args: [],
      result: { $ref: "#/definitions/ProtocolState" },
      serialization: "json",
    },
  ],
  definitions: { ProtocolState: { type: "object" } },
};
const BUILD = { name: "n", version: "1.2.3", compiler: "c", builder: "b", wasmHash: "h" };

describe("ABI", () => {
  it("behavior: a source becomes a NEAR ABI 0.4.0 document, methods sorted", () => {
    assert.deepEqual(writeAbi(SOURCE, BUILD), {
      schema_version: "0.4.0",
      metadata: { name: "n", version: "1.2.3", build: { compiler: "c", builder: "b" }, wasm_hash: "h" },
      body: {
        functions: [
          {
            name: "state",
            kind: "view",
            result: { serialization_type: "json", type_schema: { $ref: "#/definitions/ProtocolState" } },
          },
          {
            name: "vote",
            kind: "call",
            modifiers: ["payable"],
            params: {
              serialization_type: "json",
              args: [{ name: "id", type_schema: { type: "integer", minimum: 0 } }],
            },
          },
        ],
        root_schema: {
          $schema: "http://json-schema.org/draft-07/schema#",
          title: "String",
          type: "string",
          definitions: { ProtocolState: { type: "object" } },
        },
      },
    });
  });

  it("behavior: differences between interface and wasm are named with the side that has the method", () => {
    assert.deepEqual(abiDifferences(SOURCE, ["state", "vote"]), []);
    assert.deepEqual(abiDifferences(SOURCE, ["state", "migrate"]), [
      "vote is in the interface only",
      "migrate is exported only",
    ]);
  });
});

describe("fingerprint", () => {
  it("behavior: the same installation has the same fingerprint, with a version for every package", () => {
    const fingerprint = toolchainFingerprint();
    assert.deepEqual(toolchainFingerprint(), fingerprint);
    assert.match(fingerprint.sha256Hex, /^[0-9a-f]{64}$/);
    for (const version of Object.values(fingerprint.packages)) assert.match(version, /^\d+\.\d+\.\d+/);
  });
});
