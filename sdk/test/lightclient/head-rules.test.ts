import assert from "node:assert/strict";
import { test } from "node:test";
import { base58 } from "@scure/base";
import { errorCode } from "../../src/errors/base-error.ts";
import { readHeaderLite } from "../../src/lightclient/light-block.ts";
import { advanceHead, type LightHead, trustHead } from "../../src/lightclient/light-head.ts";
import { block, headOf, named, producersOf, type Signer, signer } from "./made-up-blocks.ts";

// Each rule of NEAR's specification, "Updating the light client state", alone: published blocks can't be had for that.
const NOW = [1, 2, 3, 4].map((number) => signer(number, 10n ** 24n));
const NEXT = [5, 6, 7].map((number) => signer(number, 10n ** 24n));
const [one, two, three, four] = NOW as [Signer, Signer, Signer, Signer];

test("behavior: more than two thirds of the stake must sign, exactly", () => {
  const of = (stakes: readonly bigint[], signing: number) => {
    const producers = stakes.map((stake, index) => signer(index + 1, stake));
    const signed = producers.map((each, index) => (index < signing ? each : null));
    return codeOf(() => advanceHead(headOf(producers, null), block(signed)));
  };
  assert.equal(of([1n, 1n, 1n], 2), "LIGHT_BLOCK_APPROVALS");
  assert.equal(of([1n, 1n, 1n], 3), "accepted");
  assert.equal(of([3n, 2n], 1), "LIGHT_BLOCK_APPROVALS");
  assert.equal(of([2n * 10n ** 30n, 10n ** 30n], 1), "LIGHT_BLOCK_APPROVALS");
  assert.equal(of([2n * 10n ** 30n + 1n, 10n ** 30n], 1), "accepted");
});

test("behavior: approvals belong to producers by their place, and one that is false spoils the block", () => {
  const head = headOf(NOW, null);
  const good = block([one, two, three, null]);
  const [first, second, third] = good.approvals_after_next;
  const signed = (approvals_after_next: readonly (string | null | undefined)[]) =>
    codeOf(() => advanceHead(head, { ...good, approvals_after_next }));
  assert.equal(signed([first, second, third, null]), "accepted");
  assert.equal(signed([second, first, third, null]), "LIGHT_BLOCK_APPROVALS");
  assert.equal(signed([null, first, second, third]), "LIGHT_BLOCK_APPROVALS");
  assert.equal(signed([first, first, first, first]), "LIGHT_BLOCK_APPROVALS");
  // Enough others signed: the specification refuses such a block all the same.
  assert.equal(signed([first, second, third, third]), "LIGHT_BLOCK_APPROVALS");
  // Those behind the epoch's producers are the next epoch's.
  assert.equal(signed([first, second, third, null, first, first]), "accepted");
});

test("behavior: approvals of another block, or for another height, don't count", () => {
  const head = headOf(NOW, null);
  const all = [one, two, three, four];
  for (const signedHeight of [101n, 102n, 104n]) {
    assert.equal(
      codeOf(() => advanceHead(head, block(all, { signedHeight }))),
      "LIGHT_BLOCK_APPROVALS",
    );
  }
  const { approvals_after_next } = block(all, { height: 105 });
  assert.equal(
    codeOf(() => advanceHead(head, { ...block(all), approvals_after_next })),
    "LIGHT_BLOCK_APPROVALS",
  );
});

test("behavior: keys and signatures of a kind that isn't checked count as missing", () => {
  const secpKey = `secp256k1:${base58.encode(Buffer.alloc(64, 7))}`;
  const secpSignature = `secp256k1:${base58.encode(Buffer.alloc(65, 7))}`;
  const mixed = [one, two, three, signer(4, 10n ** 24n, secpKey)];
  const answer = block([one, two, three, null]);
  const [first, second, third] = answer.approvals_after_next;
  const signed = (producers: readonly Signer[], approvals: readonly unknown[]) =>
    codeOf(() => advanceHead(headOf(producers, null), { ...answer, approvals_after_next: approvals }));
  assert.equal(signed(mixed, [first, second, third, secpSignature]), "accepted");
  assert.equal(signed(mixed, [first, second, null, secpSignature]), "LIGHT_BLOCK_APPROVALS");
  assert.equal(signed(mixed, [first, second, third, third]), "accepted");
  assert.equal(signed(NOW, [first, second, third, secpSignature]), "accepted");
  assert.equal(signed(NOW, [first, second, null, secpSignature]), "LIGHT_BLOCK_APPROVALS");
});

test("behavior: the next epoch is entered only with the producers after it, those that the header commits to", () => {
  const head = headOf(NOW, NEXT);
  const after = [8, 9].map((number) => signer(number, 1n));
  const turn = { epoch: "epoch 2", nextEpoch: "epoch 3", committed: after };
  const entered = advanceHead(head, block(NEXT, turn));
  assert.deepEqual(entered.producers, producersOf(NEXT));
  assert.deepEqual(entered.nextProducers, producersOf(after));
  const refused = (signers: readonly Signer[], change: Parameters<typeof block>[1]) =>
    codeOf(() => advanceHead(head, block(signers, change)));
  assert.equal(refused(NEXT, { ...turn, named: null }), "LIGHT_BLOCK_EPOCH");
  assert.equal(refused(NOW, turn), "LIGHT_BLOCK_APPROVALS");
  assert.equal(refused(NEXT, { ...turn, epoch: "epoch 3" }), "LIGHT_BLOCK_EPOCH");
  assert.equal(refused(NEXT, { ...turn, epoch: "epoch 0" }), "LIGHT_BLOCK_EPOCH");
  const named = [
    after.map(({ json }) => json).toReversed(),
    [after[0]!.json],
    [],
    NEXT.map(({ json }) => json),
  ];
  for (const each of named) assert.equal(refused(NEXT, { ...turn, named: each }), "LIGHT_BLOCK_PRODUCERS");
  assert.equal(
    refused(NEXT, { ...turn, named: [after[0]!.json, { ...after[1]!.json, stake: "2" }] }),
    "LIGHT_BLOCK_PRODUCERS",
  );
});

test("behavior: within an epoch the next producers are remembered, learned, and never taken unproven", () => {
  const remembered = advanceHead(headOf(NOW, NEXT), block(NOW, { named: null, committed: NEXT }));
  assert.deepEqual(remembered.nextProducers, producersOf(NEXT));
  const turn = { height: 102, epoch: "epoch 2", nextEpoch: "epoch 3", committed: NOW };
  assert.equal(advanceHead(remembered, block(NEXT, turn)).height, 102n);
  const learned = advanceHead(headOf(NOW, null), block(NOW, { committed: NEXT }));
  assert.deepEqual(learned.nextProducers, producersOf(NEXT));
  const forged = block(NOW, { committed: NEXT, named: NOW.map(({ json }) => json) });
  assert.equal(
    codeOf(() => advanceHead(headOf(NOW, null), forged)),
    "LIGHT_BLOCK_PRODUCERS",
  );
  // A head that doesn't know who comes next can't enter their epoch.
  assert.equal(
    codeOf(() => advanceHead(headOf(NOW, null), block(NEXT, turn))),
    "LIGHT_BLOCK_EPOCH",
  );
});

test("behavior: keys of both kinds are committed to with their kind", () => {
  const secp = signer(9, 5n, `secp256k1:${base58.encode(Buffer.alloc(64, 7))}`);
  const head = advanceHead(headOf(NOW, null), block(NOW, { committed: [secp, ...NEXT] }));
  assert.equal(head.nextProducers?.length, 4);
});

test("behavior: a trusted head's next producers must be those of its header", () => {
  const header = readHeaderLite(block([], { committed: NEXT }));
  assert.equal(trustHead(header, producersOf(NOW), producersOf(NEXT)).height, 101n);
  assert.equal(
    codeOf(() => trustHead(header, producersOf(NOW), producersOf(NOW))),
    "LIGHT_BLOCK_PRODUCERS",
  );
});

test("behavior: a block that isn't above the head is stale", () => {
  const head = headOf(NOW, null);
  for (const height of [99, 100]) {
    assert.equal(
      codeOf(() => advanceHead(head, block(NOW, { height }))),
      "LIGHT_BLOCK_STALE",
    );
  }
});

test("behavior: numbers that don't fit, and stakes of an unknown version, are malformed", () => {
  const head: LightHead = headOf(NOW, null);
  const answer = block(NOW);
  const stake = (change: object) => ({ ...answer, next_bps: [{ ...one.json, ...change }] });
  const lite = (change: object) => ({ ...answer, inner_lite: { ...answer.inner_lite, ...change } });
  for (const bad of [
    stake({ stake: String(2n ** 128n) }),
    stake({ stake: "1e3" }),
    stake({ validator_stake_struct_version: "V2" }),
    stake({ public_key: one.json.public_key.replace("ed25519", "secp256k1") }),
    lite({ height: String(2n ** 64n - 1n) }),
    lite({ height: String(2n ** 64n) }),
    lite({ height: -1 }),
    lite({ height: 1.5 }),
    lite({ height: String(2n ** 64n - 2n) }),
    lite({ timestamp_nanosec: String(2n ** 64n) }),
    lite({ epoch_id: `1${named("epoch 1")}` }),
  ]) {
    assert.equal(
      codeOf(() => advanceHead(head, bad)),
      "LIGHT_BLOCK_MALFORMED",
      JSON.stringify(bad.next_bps),
    );
  }
  const many = Array.from({ length: 1_025 }, () => null);
  assert.equal(
    codeOf(() => advanceHead(head, { ...answer, approvals_after_next: many })),
    "LIGHT_BLOCK_MALFORMED",
  );
});

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
