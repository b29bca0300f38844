/** Signature requests on the wasm: what the shell adds to the core, and the host's yields. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { derivePublicKey, requestIdOf } from "../../sdk/src/crypto/derived-keys.ts";
import { decodePanic } from "../src/interface/panic.ts";
import { responseJson } from "../src/interface/request-texts.ts";
import type { Command } from "../src/protocol/commands.ts";
import { MAX_DUPLICATE_REQUESTS, MAX_PENDING_REQUESTS } from "../src/protocol/limits.ts";
import { signerKeyBytes } from "./support/keys.ts";
import { nodeInfo } from "./support/network.ts";
import {
  answerTo,
  CKD,
  ECDSA,
  EDDSA,
  HONEST_MAJORITY_ECDSA,
  initSigning,
  keyOfDomain,
  payloadFor,
  requestOf,
  respondCall,
  signCall,
  timeOutCall,
} from "./support/requests.ts";
import { loadWasm, runWasm, type Storage, type WasmCall, type WasmStep } from "./support/wasm-contract.ts";

let code: Uint8Array;
let running: Storage;

before(async () => {
  code = await loadWasm();
  running = accept(new Map(), initSigning(), { caller: "mpc.near" }).storage;
  for (const name of ["a", "b", "c"]) {
    running = accept(running, nodeInfo(name, `${name}-node`), by(name, `${name}-node`)).storage;
  }
});

const by = (name: string, key: string) => ({ caller: `${name}.near`, signerKey: signerKeyBytes(key) });
const ASK: Partial<WasmCall> = { caller: "x.near", depositYocto: 1n };

function call(storage: Storage, command: Command, change: Partial<WasmCall>): WasmStep {
  const { type, ...args } = command;
  const input = JSON.stringify(args);
  const usual = { caller: "x.near", signerKey: signerKeyBytes("any"), height: 100 };
  return runWasm(code, storage, { method: type, input, ...usual, ...change });
}

function accept(storage: Storage, command: Command, change: Partial<WasmCall>): WasmStep {
  const step = call(storage, command, change);
  assert.equal(step.panic, null);
  return step;
}

function refuse(storage: Storage, command: Command, change: Partial<WasmCall>): string | undefined {
  const { panic, storage: after } = call(storage, command, change);
  assert.deepEqual(after, storage);
  return decodePanic(panic ?? "")?.name;
}

function view(storage: Storage, method: string, args: unknown): unknown {
  const { answer, panic } = runWasm(code, storage, {
    method,
    input: JSON.stringify(args),
    caller: "x.near",
    signerKey: signerKeyBytes("any"),
    height: 101,
    isView: true,
  });
  return panic === null ? JSON.parse(answer ?? "null") : decodePanic(panic)?.name;
}

describe("signature requests on the wasm", () => {
  for (const domain of [ECDSA, EDDSA, HONEST_MAJORITY_ECDSA]) {
    test(`behavior: a call yields, its answer resumes it, and the callback hands the answer on (domain ${domain})`, () => {
      const asked = accept(running, signCall(domain), ASK);
      const [yielded] = asked.outcome.receipts;
      assert.deepEqual(asked.outcome.returnValue, { kind: "ReceiptIndex", index: 0 });
      assert.ok(yielded?.yieldDataId);
      const dataId = yielded.yieldDataId;
      const [callback] = yielded.actions;
      assert.ok(callback?.kind === "FunctionCall");
      const request = requestOf("x", signCall(domain));
      const args = { request_id: requestIdOf(request), ticket: 0 };
      assert.deepEqual(JSON.parse(Buffer.from(callback.args).toString()), args);

      const waits = { data_id: [...dataId] };
      assert.deepEqual(view(asked.storage, "get_pending_request", { request }), waits);
      assert.deepEqual(view(asked.storage, "pending_requests", {}), [
        { request_id: args.request_id, request, requested_in: 100, tickets: [0] },
      ]);
      assert.deepEqual(view(asked.storage, "pending_requests", { limit: 0 }), []);

      const answered = accept(asked.storage, respondCall(request), by("a", "a-node"));
      const payload = JSON.stringify(responseJson(answerTo(request)));
      const [resumed, ...others] = answered.outcome.resumedYields;
      assert.deepEqual(others, []);
      assert.deepEqual(Buffer.from(resumed?.dataId ?? []), Buffer.from(dataId));
      assert.equal(Buffer.from(resumed?.payload ?? []).toString(), payload);
      assert.equal(view(answered.storage, "get_pending_request", { request }), null);
      assert.deepEqual(view(answered.storage, "pending_requests", {}), []);

      const called = accept(answered.storage, timeOutCall(args.request_id, 0), {
        caller: "mpc.near",
        promiseResults: [Buffer.from(payload)],
      });
      assert.equal(called.answer, payload);
      assert.equal(called.outcome.storageChanges.size, 0);
    });
  }

  test("behavior: whoever waits too long fails in a call of its own, and is forgotten", () => {
    const asked = accept(running, signCall(EDDSA), ASK);
    const again = accept(asked.storage, signCall(EDDSA), { ...ASK, height: 101 });
    const request_id = requestIdOf(requestOf("x", signCall(EDDSA)));
    const late = { caller: "mpc.near", promiseResults: [null], prepaidGas: 5_500_000_000_000n };
    const first = accept(again.storage, timeOutCall(request_id, 0), late);
    assert.deepEqual(first.outcome.returnValue, { kind: "ReceiptIndex", index: 0 });
    const [fails] = first.outcome.receipts[0]?.actions ?? [];
    assert.ok(fails?.kind === "FunctionCall" && fails.methodName === "fail_on_timeout");
    const failing = { caller: "mpc.near", prepaidGas: fails.gas };
    assert.equal(refuse(first.storage, { type: "fail_on_timeout" }, failing), "REQUEST_TIMED_OUT");
    const left = view(first.storage, "pending_requests", {}) as readonly {
      readonly tickets: readonly number[];
    }[];
    assert.deepEqual(
      left.map(({ tickets }) => tickets),
      [[1]],
    );
    const second = accept(first.storage, timeOutCall(request_id, 1), late);
    assert.deepEqual(view(second.storage, "pending_requests", {}), []);
    // Nothing is left but the number of the next ticket.
    const added = [...second.storage.keys()].filter((key) => !running.has(key));
    assert.deepEqual(added, ["S"]);
  });

  test("behavior: any contract may ask, with any kind of key in the transaction; what is answered is checked", () => {
    const secp = Buffer.concat([Buffer.of(1), Buffer.alloc(64, 7)]);
    const through = { ...ASK, caller: "app.near", signer: "x.near", signerKey: secp };
    const { storage } = accept(running, signCall(ECDSA), through);
    const request = requestOf("app", signCall(ECDSA));
    const id = requestIdOf(request);
    accept(storage, timeOutCall(id, 0), { caller: "mpc.near", signerKey: secp, promiseResults: [null] });
    assert.equal(
      refuse(storage, respondCall(request), { ...by("a", "a-node"), signer: "x.near" }),
      "NOT_DIRECT_CALL",
    );
    assert.equal(
      refuse(storage, respondCall(request), { ...by("a", "a-node"), depositYocto: 1n }),
      "DEPOSIT_NOT_ACCEPTED",
    );
    assert.equal(refuse(storage, respondCall(request), by("x", "x-node")), "NOT_A_MEMBER");
    assert.equal(
      refuse(storage, timeOutCall(id, 0), { promiseResults: [Buffer.from("{}")] }),
      "PRIVATE_METHOD",
    );
    const forged = { ...answerTo(request), s: { scalar: "11".repeat(32) } };
    assert.equal(
      refuse(storage, respondCall(request, forged as never), by("a", "a-node")),
      "INVALID_SIGNATURE",
    );
    const { outcome } = accept(storage, respondCall(request), by("a", "a-node"));
    assert.equal(outcome.resumedYields.length, 1);
  });

  test("behavior: money, gas and sizes are checked before anything is stored", () => {
    assert.equal(refuse(running, signCall(EDDSA), { ...ASK, depositYocto: 0n }), "DEPOSIT_REQUIRED");
    const gas = { ...ASK, prepaidGas: 9_999_999_999_999n };
    assert.equal(refuse(running, signCall(EDDSA), gas), "NOT_ENOUGH_GAS");
    accept(running, signCall(EDDSA), { ...ASK, prepaidGas: 10_000_000_000_000n });
    const sized = (kind: string, characters: number) =>
      refuse(
        running,
        signCall(kind === "Ecdsa" ? ECDSA : EDDSA, "p", { [kind]: "a".repeat(characters) } as never),
        ASK,
      );
    for (const characters of [0, 62, 63, 65, 66, 2464])
      assert.equal(sized("Ecdsa", characters), "INVALID_ARGUMENT");
    for (const characters of [0, 62, 63, 65, 2463, 2465, 2466])
      assert.equal(sized("Eddsa", characters), "INVALID_ARGUMENT");
    accept(running, signCall(EDDSA, "p", payloadFor(EDDSA, "ab".repeat(1232))), ASK);
    accept(running, signCall(EDDSA, "ü".repeat(512)), ASK);
    assert.equal(refuse(running, signCall(EDDSA, "p".repeat(1025)), ASK), "INVALID_ARGUMENT");
    const deposit = accept(running, signCall(EDDSA), { ...ASK, depositYocto: 5n }).outcome.receipts;
    assert.deepEqual(deposit[0]?.actions, [{ kind: "Transfer", depositYocto: 4n }]);
  });

  test("behavior: the derived key is the one that answers, whatever the path's characters", () => {
    for (const path of ["", "m/44'/60'/0'/0/0", 'ключ,\u0000"', "🔑".repeat(256), "x".repeat(1024)]) {
      for (const domain_id of [ECDSA, EDDSA]) {
        const { tweak } = requestOf("x", signCall(domain_id, path));
        const found = view(running, "derived_public_key", { path, predecessor: "x.near", domain_id });
        assert.equal(found, derivePublicKey(keyOfDomain(domain_id), tweak));
      }
    }
    const bls = { path: "", predecessor: "x.near", domain_id: CKD };
    assert.equal(view(running, "derived_public_key", bls), keyOfDomain(CKD));
    assert.equal(view(running, "derived_public_key", { ...bls, domain_id: 9 }), "UNKNOWN_DOMAIN");
    assert.equal(view(running, "derived_public_key", { path: "" }), "MISSING_FIELD");
  });

  test("behavior: one answer wakes as many as may wait, within the gas that a node attaches", () => {
    let storage = running;
    for (let at = 0; at < MAX_DUPLICATE_REQUESTS; at++) {
      storage = accept(storage, signCall(EDDSA), { ...ASK, height: 100 + at }).storage;
    }
    const request = requestOf("x", signCall(EDDSA));
    const attached = { ...by("b", "b-node"), prepaidGas: 60_000_000_000_000n };
    const { outcome } = accept(storage, respondCall(request), attached);
    const ids = outcome.resumedYields.map(({ dataId }) => Buffer.from(dataId).toString("hex"));
    assert.equal(new Set(ids).size, MAX_DUPLICATE_REQUESTS);
  });

  test("behavior: in the fullest queue the least gas reaches for asking, and what clients attach for the longest request, its answer and giving up", () => {
    const long = payloadFor(EDDSA, "ab".repeat(1232));
    const usual = { ...ASK, prepaidGas: 20_000_000_000_000n };
    let storage = running;
    for (let at = 1; at < MAX_PENDING_REQUESTS; at++) {
      storage = accept(storage, signCall(EDDSA, `${at}`, long), { ...usual, height: 99 }).storage;
    }
    accept(storage, signCall(EDDSA), { ...ASK, prepaidGas: 10_000_000_000_000n });
    const asked = signCall(EDDSA, "ü".repeat(1024), long);
    for (let at = 0; at < MAX_DUPLICATE_REQUESTS; at++) {
      storage = accept(storage, asked, { ...usual, height: 100 + at }).storage;
    }
    const request = requestOf("x", asked);
    const ticket = MAX_PENDING_REQUESTS - 1;
    const late = { caller: "mpc.near", promiseResults: [null], prepaidGas: 5_500_000_000_000n };
    accept(storage, timeOutCall(requestIdOf(request), ticket), late);
    accept(storage, respondCall(request), { ...by("b", "b-node"), prepaidGas: 60_000_000_000_000n });
  });

  test("behavior: a pending request survives new code; one that can't be read stops it", () => {
    const { storage } = accept(running, signCall(EDDSA), ASK);
    const migrated = accept(storage, { type: "migrate" }, { caller: "mpc.near" }).storage;
    const request = requestOf("x", signCall(EDDSA));
    accept(migrated, respondCall(request), by("a", "a-node"));
    const broken = new Map(storage);
    for (const key of broken.keys()) if (key.startsWith("s:")) broken.delete(key);
    assert.equal(refuse(broken, { type: "migrate" }, { caller: "mpc.near" }), "UNREADABLE_STATE");
  });
});
