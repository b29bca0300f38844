import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Mutation, mutations } from "../../../sandbox/test/light-client/mutations.ts";
import { errorCode } from "../../src/errors/base-error.ts";
import { readLightBlock } from "../../src/lightclient/light-block.ts";
import { advanceHead, type LightHead, trustHead } from "../../src/lightclient/light-head.ts";
import { verifyOutcome } from "../../src/lightclient/outcome-proof.ts";
import { formatHead, parseHead } from "../../src/lightclient/stored-head.ts";
import {
  ask,
  busyTransaction,
  EPOCH,
  follow,
  produceBlocks,
  startWorld,
  trustGenesis,
} from "./embedded-world.ts";

const mainnet = readJson("mainnet-heads.json").blocks as readonly Record<string, unknown>[];
const testnet = readJson("testnet-outcomes.json");

test("behavior: real heads of NEAR mainnet lead from epoch to epoch, with a hundred producers", () => {
  const first = trustMainnet();
  const second = advanceHead(first, mainnet[1]);
  const third = advanceHead(second, mainnet[2]);
  assert.deepEqual(
    [first, second, third].map(({ height, blockHash }) => [height, blockHash]),
    [
      [86_629_892n, "B35Jn6mLXACRcsf6PATMixqgzqJZd71JaNh1LScJjFuJ"],
      [86_673_092n, "Doy7Y7aVMgN8YhdAseGBMHNmYoqzWsXszqJ7MFLNMcQ7"],
      [86_716_292n, "3tyxRRBgbYTo5DYd1LpX3EZtEiRYbDAAji6kcsf9QRge"],
    ],
  );
  assert.equal(
    codeOf(() => advanceHead(third, mainnet[2])),
    "LIGHT_BLOCK_STALE",
  );
  assert.equal(
    codeOf(() => advanceHead(first, mainnet[2])),
    "LIGHT_BLOCK_EPOCH",
  );
});

test("behavior: mainnet's stake decides: just over two thirds is enough, just under is not", () => {
  const head = trustMainnet();
  const producers = head.nextProducers!;
  const approvals = mainnet[1]!.approvals_after_next as (string | null)[];
  const total = producers.reduce((sum, { stakeYocto }) => sum + stakeYocto, 0n);
  const kept: (string | null)[] = approvals.map(() => null);
  let stake = 0n;
  for (const [index, approval] of approvals.entries()) {
    if (approval === null) continue;
    kept[index] = approval;
    stake += producers[index]!.stakeYocto;
    const code = codeOf(() => advanceHead(head, { ...mainnet[1], approvals_after_next: kept }));
    assert.equal(code, stake * 3n > total * 2n ? "accepted" : "LIGHT_BLOCK_APPROVALS", `${index}: ${stake}`);
  }
  assert.ok(stake * 3n > total * 2n);
});

test("behavior: a mainnet block with any change is refused", () => {
  const head = trustMainnet();
  const { next_bps, approvals_after_next, ...rest } = mainnet[1]!;
  // The whole list of producers is hashed at once: a few of a hundred stand for all.
  const few = (list: unknown) => (list as unknown[]).slice(0, 3);
  const lists = { next_bps: few(next_bps), approvals_after_next: few(approvals_after_next) };
  for (const { name, value } of [...committed(rest), ...mutations(lists)]) {
    const changed = merged(mainnet[1]!, value);
    assert.notEqual(
      codeOf(() => advanceHead(head, changed)),
      "accepted",
      name,
    );
  }
});

test("behavior: real outcomes of NEAR testnet are proven, also over several shards", () => {
  const head = { ...trustMainnet(), blockMerkleRoot: testnet.block_merkle_root };
  for (const proof of testnet.proofs) {
    const outcome = verifyOutcome(head, proof.outcome_proof.id, proof);
    assert.equal(outcome.executorId, "cdk.topgunbakugo.testnet");
    assert.deepEqual(outcome.logs, ["submitting 1 blobs"]);
    assert.ok(proof.outcome_root_proof.length > 0);
    for (const { name, value } of committed(proof)) {
      assert.notEqual(
        codeOf(() => verifyOutcome(head, proof.outcome_proof.id, value)),
        "accepted",
        name,
      );
    }
    const other = testnet.proofs.find((each: unknown) => each !== proof);
    assert.equal(
      codeOf(() => verifyOutcome(head, other.outcome_proof.id, proof)),
      "OUTCOME_OTHER",
    );
    assert.equal(
      codeOf(() => verifyOutcome(trustMainnet(), proof.outcome_proof.id, proof)),
      "OUTCOME_NOT_PROVEN",
    );
  }
});

test("behavior: a client of the embedded chain follows block by block and epoch by epoch", async () => {
  const world = startWorld();
  let head = await trustGenesis(world);
  for (let block = 0; block < 3 * EPOCH; block++) {
    produceBlocks(world, 1);
    head = await follow(world, head);
  }
  produceBlocks(world, 5 * EPOCH);
  head = await follow(world, head);
  assert.ok(head.height >= world.chain.head.height - 4n);
});

test("behavior: outcomes of transactions and receipts on the embedded chain are proven against a later head", async () => {
  const world = startWorld();
  const start = await trustGenesis(world);
  produceBlocks(world, EPOCH);
  const ids = busyTransaction(world);
  produceBlocks(world, 7);
  const head = await follow(world, start);
  const said: string[][] = [];
  for (const [index, id] of ids.entries()) {
    const outcome = verifyOutcome(head, id, await proofOf(world, head, id, index === 0));
    assert.ok(outcome.height <= head.height);
    if (outcome.logs.length > 0) said.push([outcome.executorId, ...outcome.logs]);
  }
  assert.deepEqual(said, [["alice", "said", "more", "said", "more"]]);
});

test("behavior: every change of an embedded chain's block or proof is refused", async () => {
  const world = startWorld();
  const start = await trustGenesis(world);
  produceBlocks(world, EPOCH);
  const ids = busyTransaction(world);
  produceBlocks(world, 7);
  const answer = await ask(world, "next_light_client_block", { last_block_hash: start.blockHash });
  const next = advanceHead(start, answer);
  for (const { name, value } of committed(answer)) {
    // At an epoch's end blocks carry approvals by the next producers too, behind those that count.
    if (name === "approvals_after_next with 0 twice") assert.deepEqual(advanceHead(start, value), next);
    else
      assert.notEqual(
        codeOf(() => advanceHead(start, value)),
        "accepted",
        name,
      );
  }
  const head = await follow(world, start);
  const proof = await proofOf(world, head, ids[1]!, false);
  const changed = committed(proof);
  assert.ok(changed.length > 50, `${changed.length} changes`);
  for (const { name, value } of changed) {
    assert.notEqual(
      codeOf(() => verifyOutcome(head, ids[1]!, value)),
      "accepted",
      name,
    );
  }
});

test("behavior: a chain with another producer, or a head that never was, isn't followed", async () => {
  const world = startWorld();
  const start = await trustGenesis(world);
  produceBlocks(world, EPOCH + 3);
  const answer = await ask(world, "next_light_client_block", { last_block_hash: start.blockHash });
  const stranger = {
    ...start.producers[0]!,
    publicKey: "ed25519:3FwWphCj47PA3D8ErKeVNzqn2ckAKrfuixrvvfGrDxUx",
  };
  assert.equal(
    codeOf(() => advanceHead({ ...start, producers: [stranger] }, answer)),
    "LIGHT_BLOCK_APPROVALS",
  );
  assert.equal(
    codeOf(() => advanceHead({ ...start, producers: [] }, answer)),
    "LIGHT_BLOCK_APPROVALS",
  );
});

test("behavior: a stored head comes back as it was, and goes on from there", () => {
  const head = trustMainnet();
  const restored = parseHead(formatHead(head));
  assert.deepEqual(restored, head);
  assert.deepEqual(advanceHead(restored, mainnet[1]), advanceHead(head, mainnet[1]));
  for (const text of ["", "{}", "null", formatHead(head).replace('"height":"', '"height":"x')]) {
    assert.equal(
      codeOf(() => parseHead(text)),
      "LIGHT_BLOCK_MALFORMED",
    );
  }
});

test("behavior: answers of no known form are malformed, and nothing else is thrown", () => {
  const head = trustMainnet();
  for (const value of [
    null,
    7,
    "x",
    [],
    {},
    { inner_lite: 1 },
    { ...mainnet[1], approvals_after_next: [7] },
  ]) {
    assert.equal(
      codeOf(() => advanceHead(head, value)),
      "LIGHT_BLOCK_MALFORMED",
    );
    assert.equal(
      codeOf(() => verifyOutcome(head, "x", value)),
      "OUTCOME_PROOF_MALFORMED",
    );
  }
  const [proof] = testnet.proofs;
  const strange = structuredClone(proof);
  strange.outcome_proof.outcome.logs = ["half a pair: \ud800"];
  assert.equal(
    codeOf(() => verifyOutcome(head, "x", strange)),
    "OUTCOME_PROOF_MALFORMED",
  );
});

/** All changes but those of fields that no header commits to, which the client doesn't read. */
function committed(value: unknown): Mutation[] {
  return mutations(value).filter(({ name }) => !/(^|\.)(metadata|timestamp$)/.test(name));
}

/** The block with the changed parts put back into their lists. */
function merged(block: Record<string, unknown>, changed: Record<string, unknown>): Record<string, unknown> {
  const parts = Object.entries(changed).map(([name, value]) => {
    const original = block[name];
    const isList = Array.isArray(original) && Array.isArray(value);
    return [name, isList ? [...value, ...original.slice(3)] : value];
  });
  return { ...block, ...Object.fromEntries(parts) };
}

function trustMainnet(): LightHead {
  const { header, nextProducers } = readLightBlock(mainnet[0]!);
  return trustHead(header, [], nextProducers);
}

function proofOf(world: ReturnType<typeof startWorld>, head: LightHead, id: string, isTransaction: boolean) {
  const wanted = isTransaction
    ? { type: "transaction", transaction_hash: id, sender_id: "alice" }
    : { type: "receipt", receipt_id: id, receiver_id: "alice" };
  return ask(world, "EXPERIMENTAL_light_client_proof", { ...wanted, light_client_head: head.blockHash });
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

function readJson(name: string) {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}
