import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ERROR_TEXTS } from "../../contract/src/protocol/error-texts.ts";
import { CLIENT_ERROR_TEXTS } from "../src/errors/client-error-texts.ts";
import { ContractError } from "../src/errors/contract-error.ts";
import { explainError, explainTransaction } from "../src/inspect/explain.ts";

const REFUSAL =
  '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"RECOVERY_COOLDOWN","info":{"cause":"expired","height":5,"ends_on":99}}}}';

test("behavior: an error is understood however it was copied, with its values where they are in it", () => {
  const texts = [
    REFUSAL,
    `Smart contract panicked: ${REFUSAL}`,
    `Error: An error occurred during a `.concat(
      JSON.stringify({ kind: { ExecutionError: `Smart contract panicked: ${REFUSAL}` } }),
    ),
    new ContractError({ code: "RECOVERY_COOLDOWN", info: { cause: "expired", height: 5, ends_on: 99 } })
      .message,
  ];
  for (const text of texts) {
    const { code, docsPath, meaning } = explainError(text);
    assert.equal(code, "RECOVERY_COOLDOWN", text);
    assert.match(meaning, /cancelled or expired/);
    assert.equal(docsPath, "docs/protocol.md#recovery_cooldown");
  }
  assert.ok(explainError(texts[2] ?? "").details.includes("ends_on: 99"));
});

test("behavior: every code of the contract and of the SDK is explained by its name alone", () => {
  for (const code of [...Object.keys(ERROR_TEXTS), ...Object.keys(CLIENT_ERROR_TEXTS)]) {
    const explanation = explainError(`mpc-node: it ended with ${code}.`);
    assert.equal(explanation.code, code);
    assert.ok(explanation.meaning.length > 10 && explanation.details.length > 0, code);
  }
});

test("behavior: text without a code is not given a meaning that it hasn't", () => {
  assert.equal(explainError("it doesn't work").code, "UNKNOWN");
  assert.equal(
    explainError("wasm execution failed with error: MethodResolveError(MethodNotFound)").code,
    "METHOD_NOT_FOUND",
  );
  fc.assert(fc.property(fc.string(), (text) => typeof explainError(text).code === "string"));
});

test("behavior: a transaction's events count only where the contract itself logged them", () => {
  const event =
    'EVENT_JSON:{"standard":"mpc-recovery","version":"1.0.0","event":"recovery_concluded","data":[{"recovery_id":1}]}';
  const outcome = { id: "r", blockHash: "b", burntGas: 1n, status: { SuccessValue: "" } };
  const explanation = explainTransaction(
    {
      hash: "h",
      signerId: "a.near",
      signerKey: "k",
      receiverId: "mpc.near",
      calls: [],
      outcomes: [
        { ...outcome, executorId: "impostor.near", logs: [event] },
        { ...outcome, executorId: "mpc.near", logs: ["hello", event.replace("concluded", "expired")] },
      ],
      status: { SuccessValue: "" },
    },
    "mpc.near",
  );
  assert.deepEqual(
    explanation.events.map((each) => each.event),
    ["recovery_expired"],
  );
  assert.deepEqual([explanation.outcome, explanation.burntGas], ["succeeded", 2n]);
});
