import assert from "node:assert/strict";
import { test } from "node:test";
import { explore } from "./explorer.ts";
import { type Disorder, handoverSpace, type ReceiverStep, type SenderStep } from "./handover-model.ts";

test("behavior: crashes, losses, copies and a dead chain leave the seed with somebody and one program active", () => {
  const { broken, stuck, states } = explore(handoverSpace(1));
  assert.equal(broken, null);
  assert.equal(stuck, null);
  assert.ok(states > 3_000, `${states} states`);
});

test("behavior: the search finds that erasing on sending can leave nobody with the seed", () => {
  const trace = counterExample("nobody holds the seed", {
    sender: (operations) =>
      operations.flatMap((each): SenderStep[] =>
        each.op === "send_envelope" ? [each, { op: "erase_seed" }] : [each],
      ),
  });
  assert.equal(trace.at(-1), "sender: erase_seed");
});

test("behavior: the search finds that a receipt before the sync can leave nobody with the seed", () => {
  const trace = counterExample("nobody holds the seed", {
    receiver: (operations) => {
      const [write, stored, confirm] = operations;
      if (write?.op !== "write_seed") return operations;
      return [{ op: "write_unsynced" }, confirm!, { op: "sync" }, stored!];
    },
  });
  assert.ok(trace.includes("receiver: write_unsynced") && !trace.includes("receiver: sync"));
  assert.equal(trace.at(-1), "sender: erase_seed");
});

test("behavior: the search finds that a sender who serves on until it erases makes two active programs", () => {
  counterExample(TWO_ACTIVE, {
    sender: (operations) => operations.filter(({ op }) => op !== "stop_serving"),
  });
});

test("behavior: the search finds that a sender who resumes by its own clock makes two active programs", () => {
  counterExample(TWO_ACTIVE, {
    settlement: (settlement, { expires }) =>
      settlement.kind === "unseen" ? { kind: "seen", time: expires, receipt: null } : settlement,
  });
});

test("behavior: the search finds that a receiver who begins before the receipt is on chain makes two active programs", () => {
  counterExample(TWO_ACTIVE, {
    receiver: (operations) =>
      operations.flatMap((each): ReceiverStep[] =>
        each.op === "confirm_on_chain" ? [each, { op: "start_serving" }] : [each],
      ),
  });
});

test("behavior: the search finds that a sender who stops without writing it down makes two active programs", () => {
  counterExample(TWO_ACTIVE, {
    sender: (operations) =>
      operations.filter((each) => each.op !== "append" || each.entry.type !== "stopped"),
  });
});

test("behavior: the search finds that a sender who never serves again is a dead end", () => {
  const never: Disorder = { sender: (operations) => operations.filter(({ op }) => op !== "start_serving") };
  const { broken, stuck } = explore(handoverSpace(1, never));
  assert.equal(broken, null);
  assert.ok(stuck !== null && stuck.length > 0);
});

const TWO_ACTIVE = "two programs are active";

/** The shortest trace that breaks this one rule. */
function counterExample(rule: string, disorder: Disorder): readonly string[] {
  const space = handoverSpace(1, disorder);
  const { broken } = explore({ ...space, forbidden: { [rule]: space.forbidden[rule]! } });
  assert.ok(broken !== null, "the search finds nothing wrong");
  return broken.trace;
}
