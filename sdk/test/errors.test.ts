import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodePanic } from "../../contract/src/interface/panic.ts";
import { ERROR_TEXTS } from "../../contract/src/protocol/error-texts.ts";
import type { ProtocolError } from "../../contract/src/protocol/errors.ts";
import { BaseError, errorCode, isRetryable } from "../src/errors/base-error.ts";
import { ContractError, errorFromExecution, isRefusedWith } from "../src/errors/contract-error.ts";
import { panicText } from "../src/errors/panic-text.ts";
import { ReportedError } from "../src/errors/rpc-error.ts";

test("behavior: an error says what happened, the details, what to do and where to read on", () => {
  const error = new BaseError({
    code: "EXAMPLE",
    shortMessage: "Expected 1, found 2.",
    metaMessages: ["height: 7", "Try again."],
    docsPath: "docs/protocol.md#example",
    retryable: true,
  });
  assert.equal(error.message, "Expected 1, found 2.\nheight: 7\nTry again.\nSee docs/protocol.md#example");
  assert.equal(errorCode(error), "EXAMPLE");
  assert.equal(isRetryable(error), true);
  assert.equal(isRetryable(new Error("bug")), false);
});

test("behavior: walking the causes finds the first that matches and ends on a circle", () => {
  const root = new Error("root");
  const middle = new Error("middle", { cause: root });
  const error = new BaseError({ code: "TOP", shortMessage: "top", cause: middle, retryable: false });
  assert.equal(
    error.walk((link) => link === root),
    root,
  );
  assert.equal(
    error.walk((link) => link instanceof BaseError),
    error,
  );
  root.cause = error;
  assert.equal(
    error.walk(() => false),
    undefined,
  );
});

test("behavior: whatever the contract refuses with comes back from calls and views alike", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(), (text, number) => {
      const refusal = {
        name: "INVALID_ARGUMENT",
        info: { path: text, expected: "x", found: String(number) },
      };
      const panic = encodePanic(refusal as ProtocolError);
      for (const reported of [`Smart contract panicked: ${panic}`, viewPanic(panic)]) {
        const error = errorFromExecution(reported);
        assert.ok(error instanceof ContractError);
        assert.equal(error.code, "INVALID_ARGUMENT");
        assert.deepEqual(error.info, JSON.parse(JSON.stringify(refusal.info)));
      }
    }),
  );
});

test("behavior: every code of the contract has its sentence, its values and what to do", () => {
  for (const [code, { meaning, remedy }] of Object.entries(ERROR_TEXTS)) {
    const error = new ContractError({ code, info: { provided: 1 } });
    assert.equal(error.shortMessage, `${meaning} (${code})`);
    assert.deepEqual(error.metaMessages, ["provided: 1", remedy]);
    assert.equal(error.docsPath, `docs/protocol.md#${code.toLowerCase()}`);
  }
  const unknown = new ContractError({ code: "toString", info: {} });
  assert.match(unknown.shortMessage, /doesn't know/);
});

test("behavior: a refusal of a known code carries that code's typed values", () => {
  const error: unknown = new ContractError({ code: "EPOCH_MISMATCH", info: { provided: 1, expected: 2 } });
  assert.ok(isRefusedWith(error, "EPOCH_MISMATCH"));
  const { expected }: { expected: number } = error.info;
  assert.equal(expected, 2);
  assert.equal(isRefusedWith(error, "UNKNOWN_DOMAIN"), false);
});

test("behavior: no text at all makes the reading of errors throw", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const reported of [
        text,
        `Smart contract panicked: ${text}`,
        `GuestPanic { panic_msg: "${text}" }`,
      ]) {
        assert.ok(errorFromExecution(reported) instanceof BaseError);
      }
    }),
  );
});

test("behavior: the escapes of Rust's Debug are undone", () => {
  const shown = String.raw`HostError(GuestPanic { panic_msg: "a \"b\" \\ \n\t\u{7f}\u{1f600} \'c\'" })`;
  assert.equal(panicText(shown), "a \"b\" \\ \n\t\u007f😀 'c'");
});

test("behavior: an error that an endpoint reports is quoted and cut, not trusted", () => {
  const reported = { cause: "EVIL", info: null, data: null, message: `\n${"x".repeat(10_000)}` };
  const error = new ReportedError("https://rpc.example", reported);
  assert.equal(error.code, "RPC_REFUSED");
  assert.ok(error.shortMessage.length < 500);
  assert.ok(!error.shortMessage.includes("\n"));
});

/** As nearcore shows a panic in a view: the text through Rust's `Debug`. */
function viewPanic(panic: string): string {
  const escaped = panic.replace(/[\\"]/g, (character) => `\\${character}`).replaceAll("\n", "\\n");
  return `wasm execution failed with error: HostError(GuestPanic { panic_msg: "${escaped}" })`;
}
