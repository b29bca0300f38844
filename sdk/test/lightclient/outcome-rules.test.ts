import assert from "node:assert/strict";
import { test } from "node:test";
import { call, send } from "../../../sandbox/test/runtime/test-chain.ts";
import { errorCode } from "../../src/errors/base-error.ts";
import type { LightHead } from "../../src/lightclient/light-head.ts";
import { verifyOutcome } from "../../src/lightclient/outcome-proof.ts";
import {
  ask,
  type EmbeddedWorld,
  EPOCH,
  follow,
  produceBlocks,
  startWorld,
  trustGenesis,
} from "./embedded-world.ts";

const SAID = "said before it failed";

test("behavior: a receipt that failed is proven as failed, with what it logged, and can't be shown as a success", async () => {
  const { head, id, proof } = await provenReceipt({
    logs: [SAID],
    error: { kind: "HostError", name: "GuestPanic", fields: { panic_msg: "no" } },
  });
  const outcome = verifyOutcome(head, id, proof);
  assert.deepEqual([outcome.status, outcome.logs], [{ kind: "failure" }, [SAID]]);
  for (const status of [{ SuccessValue: "" }, { SuccessReceiptId: id }, { Unknown: null }]) {
    const changed = structuredClone(proof);
    changed.outcome_proof.outcome.status = status;
    assert.notEqual(
      codeOf(() => verifyOutcome(head, id, changed)),
      "accepted",
      JSON.stringify(status),
    );
  }
});

test("behavior: a success's value is committed to, and can't be shown as a failure", async () => {
  const { head, id, proof } = await provenReceipt({});
  const outcome = verifyOutcome(head, id, proof);
  assert.equal(outcome.status.kind, "value");
  for (const status of [{ SuccessValue: "AA==" }, { Failure: {} }]) {
    const changed = structuredClone(proof);
    changed.outcome_proof.outcome.status = status;
    assert.equal(
      codeOf(() => verifyOutcome(head, id, changed)),
      "OUTCOME_NOT_PROVEN",
    );
  }
});

test("behavior: an outcome with two statuses, half a base64, or paths higher than any tree is malformed", async () => {
  const { head, id, proof } = await provenReceipt({});
  const changes: readonly ((proof: Answer) => void)[] = [
    (changed) => Object.assign(changed.outcome_proof.outcome.status, { Failure: {} }),
    (changed) => Object.assign(changed.outcome_proof.outcome, { status: {} }),
    (changed) => Object.assign(changed.outcome_proof.outcome.status, { SuccessValue: "AA" }),
    (changed) => Object.assign(changed.outcome_proof.outcome.status, { SuccessValue: "AB==" }),
    (changed) => changed.block_proof.push(...Array(65).fill(changed.block_proof[0])),
    (changed) => Object.assign(changed.block_proof[0], { direction: "Up" }),
    (changed) => Object.assign(changed.outcome_proof.outcome, { gas_burnt: String(2n ** 64n) }),
    (changed) => Object.assign(changed.outcome_proof.outcome, { tokens_burnt: String(2n ** 128n) }),
    (changed) => Object.assign(changed.outcome_proof.outcome, { logs: Array(1_001).fill("") }),
  ];
  for (const [index, change] of changes.entries()) {
    const changed = structuredClone(proof);
    change(changed);
    assert.equal(
      codeOf(() => verifyOutcome(head, id, changed)),
      "OUTCOME_PROOF_MALFORMED",
      `change ${index}`,
    );
  }
});

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
type Answer = any;

async function provenReceipt(does: ReturnType<Parameters<EmbeddedWorld["methods"]["set"]>[1]>) {
  const world = startWorld();
  world.methods.set("say", () => does);
  const start = await trustGenesis(world);
  produceBlocks(world, EPOCH);
  const [receipt] = send(world, "bob", "alice", [call("say")]).receipts;
  produceBlocks(world, 7);
  const head: LightHead = await follow(world, start);
  const wanted = { type: "receipt", receipt_id: receipt!.id, receiver_id: "alice" };
  const light_client_head = head.blockHash;
  const proof: Answer = await ask(world, "EXPERIMENTAL_light_client_proof", { ...wanted, light_client_head });
  return { head, id: receipt!.id, proof };
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
