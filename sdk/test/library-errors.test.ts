import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { BaseError } from "../src/errors/base-error.ts";
import { errorFromCall, errorFromView } from "../src/transport/library-errors.ts";
import { libraryCaller, libraryReader } from "../src/transport/library-transport.ts";

const GAS = { gas: 1n, depositYocto: 0n };
const NOBODY = { accountId: "a.near" as never, signerKey: "ed25519:x" as never };

test("behavior: whatever a library throws becomes an error with a code, and shows no API key", () => {
  const secret = "https://rpc.example/v1?apiKey=canary";
  const thrown: [unknown, string][] = [
    [new TypeError("fetch failed", { cause: new Error(secret) }), "RPC_UNREACHABLE"],
    [new Error(`${secret} Bad Gateway`), "RPC_UNREACHABLE"],
    [Object.assign(new Error("x"), { type: "AccountDoesNotExist" }), "UNKNOWN_ACCOUNT"],
    [Object.assign(new Error("x"), { name: "ShardUnavailableError" }), "RPC_REFUSED"],
    [Object.assign(new Error("x"), { name: "ContractNotDeployedError" }), "NO_CONTRACT_CODE"],
    [new Error("DB Not Found Error: BLOCK: 7"), "UNKNOWN_BLOCK"],
    [undefined, "RPC_UNREACHABLE"],
    [`${secret}`, "RPC_UNREACHABLE"],
  ];
  for (const [value, code] of thrown) {
    const error = errorFromView(value, "near-kit");
    assert.equal(error.code, code);
    assert.ok(!inspect(error, { depth: 9 }).includes("canary"), code);
    assert.ok(!inspect(errorFromCall(value), { depth: 9 }).includes("canary"), code);
  }
});

test("behavior: a call that may have happened is never said to have failed", () => {
  const unsure = [new TypeError("fetch failed"), new Error("HTTP 504"), null, { name: "TimeoutError" }];
  for (const thrown of unsure) assert.equal(errorFromCall(thrown).code, "CALL_OUTCOME_UNKNOWN");
  const sure: [unknown, string][] = [
    [
      { details: { InvalidTxError: { InvalidAccessKeyError: "DepositWithFunctionCall" } } },
      "ACCESS_KEY_NO_DEPOSIT",
    ],
    [{ name: "AccessKeyReceiverMismatchActionError" }, "ACCESS_KEY_WRONG_RECEIVER"],
    [{ type: "NotEnoughAllowance" }, "ACCESS_KEY_ALLOWANCE_SPENT"],
    [{ name: "NotEnoughBalanceError" }, "BALANCE_TOO_LOW"],
    [{ name: "AccountDoesNotExistError" }, "SIGNER_MISSING"],
    [{ name: "TransactionExpiredError" }, "TRANSACTION_EXPIRED"],
  ];
  for (const [thrown, code] of sure) assert.equal(errorFromCall(thrown).code, code);
});

test("behavior: nothing at all makes the reading of library errors throw", () => {
  fc.assert(
    fc.property(fc.anything(), (thrown) => {
      assert.ok(errorFromView(thrown, "x") instanceof BaseError);
      assert.ok(errorFromCall(thrown) instanceof BaseError);
    }),
  );
});

test("behavior: a library that never answers is given up, at the time limit or by signal", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const silent = () => new Promise<never>(() => undefined);
  const reader = libraryReader("x", "mpc.near", silent);
  const caller = libraryCaller(NOBODY, silent);
  const [read, called] = [reader.view("state", {}), caller.call("sign", {}, GAS)];
  context.mock.timers.tick(200_000);
  await assert.rejects(read, { code: "RPC_TIMEOUT", retryable: true });
  await assert.rejects(called, { code: "CALL_OUTCOME_UNKNOWN" });
  const abort = new AbortController();
  const { signal } = abort;
  const both = [reader.view("state", {}, { signal }), caller.call("sign", {}, { ...GAS, signal })];
  abort.abort();
  await assert.rejects(both[0] ?? assert.fail(), { code: "RPC_ABORTED" });
  await assert.rejects(both[1] ?? assert.fail(), { code: "CALL_OUTCOME_UNKNOWN" });
});

test("behavior: an outcome that isn't one proves nothing", async () => {
  for (const outcome of [null, {}, { status: "Started" }, { status: { SuccessReceiptId: "x" } }, "text"]) {
    const caller = libraryCaller(NOBODY, async () => outcome);
    await assert.rejects(caller.call("x", {}, GAS), { code: "CALL_OUTCOME_UNKNOWN" });
  }
});
