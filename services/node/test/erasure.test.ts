import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EpochId, SignerKey } from "../../../contract/src/protocol/brand.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import {
  afterConclusion,
  participants,
  receipt,
  recovery,
  resharing,
  running,
} from "../../operations/test/sample-views.ts";
import { Crash, diskAfterCrash, emptyDisk } from "../../store/test/crashing-files.ts";
import { HASH, KEYSET, type Machine, machine, stepUntilRest, type World, world } from "./machine.ts";

const OLDER = sampleKeyset(3);

/** The listed machine `a` with the shares of the current keyset and of the one before. */
async function oldMachine(at: World, disk = emptyDisk()): Promise<Machine> {
  at.view = { ...at.view, node_key: "ed25519:signer-a" as SignerKey };
  const old = await machine("a", at, disk);
  for (const keyset of [OLDER, KEYSET]) await old.ports.store.import(keyset, sampleShares(keyset, 0));
  return old;
}

const heldBy = async ({ ports }: Machine) => (await ports.store.list()).map((each) => each.epoch_id).sort();

/** The account is no member any more. */
const without = (kind: "Running" | "Resharing"): ProtocolState => {
  const [, ...others] = participants();
  const parameters = { participants: { next_id: 3 as never, participants: others }, threshold: 2 };
  return kind === "Running" ? running({ parameters }) : resharing(others);
};

describe("behavior: a node erases by rule", () => {
  test("a superseded keyset goes once the contract is Running with a receipt for the newer one", async () => {
    const at = world();
    const old = await oldMachine(at);
    assert.equal(await stepUntilRest(old), "serving");
    assert.deepEqual(await heldBy(old), [4]);
    assert.equal(old.log.events.at(-1), "keyshares.erased");
  });

  const kept: [string, Partial<World["view"]>][] = [
    ["in Resharing, which can still be cancelled", { state: resharing() }],
    ["in Recovery", { state: recovery({ account_id: "b.near" as never }) }],
    ["without a receipt", { receipt: null }],
    ["with a receipt for the older keyset", { receipt: receipt(3, keysetHash(OLDER)) }],
    ["when the contract is back at the older keyset", { state: running({ keyset: OLDER as never }) }],
    ["on an unproven state", { proof: { kind: "unproven", reason: "one endpoint" } }],
  ];
  for (const [when, changes] of kept) {
    test(`nothing goes ${when}`, async () => {
      const at = world();
      const old = await oldMachine(at);
      at.view = { ...at.view, ...changes };
      await stepUntilRest(old);
      assert.deepEqual(await heldBy(old), [3, 4]);
    });
  }

  test("a keyset that the contract doesn't show yet is kept, and so is one of the same epoch", async () => {
    const at = world();
    const old = await oldMachine(at);
    const others = [sampleKeyset(5), sampleKeyset(4, 1)];
    for (const keyset of others) await old.ports.store.import(keyset, sampleShares(keyset, 0));
    assert.equal(await stepUntilRest(old), "serving");
    assert.deepEqual(await heldBy(old), [4, 4, 5]);
  });

  const cancelled = { previously_cancelled_resharing_epoch_id: 5 as EpochId };

  test("shares of a Resharing that was cancelled go, those of one that may still come stay", async () => {
    const at = world();
    const old = await oldMachine(at);
    for (const epoch of [5, 6])
      await old.ports.store.import(sampleKeyset(epoch), sampleShares(sampleKeyset(epoch), 0));
    at.view = { ...at.view, state: running(cancelled) };
    assert.equal(await stepUntilRest(old), "serving");
    assert.deepEqual(await heldBy(old), [4, 6]);
  });

  test("a candidate erases its shares of a Resharing that was cancelled, and no others", async () => {
    const at = world();
    const newcomer = await machine("new", at, emptyDisk());
    for (const epoch of [4, 5, 6])
      await newcomer.ports.store.import(sampleKeyset(epoch), sampleShares(sampleKeyset(epoch), 0));
    const [, ...others] = participants();
    const parameters = { participants: { next_id: 3 as never, participants: others }, threshold: 2 };
    const node_key = "ed25519:signer-new" as SignerKey;
    const candidate_info = newcomer.settings.info;
    at.view = { ...at.view, state: running({ parameters, ...cancelled }), node_key, candidate_info };
    assert.equal(await stepUntilRest(newcomer), "candidate_recorded");
    assert.deepEqual(await heldBy(newcomer), [4, 6]);
  });

  test("a replaced machine erases everything once the contract shows the conclusion, not before", async () => {
    const at = world();
    const old = await oldMachine(at);
    await stepUntilRest(old);
    at.view = { ...at.view, state: recovery() };
    assert.equal(await stepUntilRest(old), "being_replaced by recovery 7");
    assert.deepEqual(await heldBy(old), [4]);
    at.view = { ...at.view, state: afterConclusion() };
    assert.equal(await stepUntilRest(old), "ended");
    assert.deepEqual(await heldBy(old), []);
    assert.deepEqual(old.log.events.slice(-2), ["node.standing_down", "keyshares.erased"]);
  });

  test("a replaced machine keeps its shares while no backup is confirmed, and says so", async () => {
    const [at, disk] = [world(), emptyDisk()];
    const old = await oldMachine(at, disk);
    await stepUntilRest(old);
    at.view = { ...at.view, state: afterConclusion(), receipt: null };
    assert.equal(await stepUntilRest(old), "ended");
    assert.deepEqual(await heldBy(old), [4]);
    assert.equal(old.log.events.at(-1), "node.shares_kept");
    at.view = { ...at.view, receipt: receipt(4, HASH) };
    const again = await machine("a", at, diskAfterCrash(disk, "synced_only"));
    assert.equal(await stepUntilRest(again), "ended");
    assert.deepEqual(await heldBy(again), []);
  });

  test("killed at any file operation of standing down, the next start erases what is left", async () => {
    const standDown = async (crashAt?: number) => {
      const [at, disk] = [world(), emptyDisk()];
      await stepUntilRest(await oldMachine(at, disk));
      at.view = { ...at.view, state: afterConclusion() };
      const old = await machine("a", at, disk, crashAt).catch(() => undefined);
      const rest = old === undefined ? undefined : await stepUntilRest(old).catch((error: unknown) => error);
      return { at, disk, rest, operations: old?.files.operations() ?? 0 };
    };
    const whole = await standDown();
    assert.equal(whole.rest, "ended");
    for (let crashAt = 0; crashAt < whole.operations; crashAt += 1) {
      const { at, disk, rest } = await standDown(crashAt);
      assert.ok(rest === undefined || rest instanceof Crash, `operation ${crashAt}`);
      const again = await machine("a", at, diskAfterCrash(disk, "synced_only"));
      assert.equal(await stepUntilRest(again), "ended");
      assert.deepEqual(await heldBy(again), [], `operation ${crashAt}`);
    }
  });

  test("an account that is out erases everything once that is final, not while it can be cancelled", async () => {
    const at = world();
    const old = await oldMachine(at);
    await stepUntilRest(old);
    at.view = { ...at.view, state: without("Resharing") };
    await stepUntilRest(old);
    assert.deepEqual(await heldBy(old), [4]);
    at.view = { ...at.view, state: without("Running"), candidate_info: old.settings.info };
    await stepUntilRest(old);
    assert.deepEqual(await heldBy(old), []);
  });

  test("a machine that never was a member keeps the shares that it made for a network to start", async () => {
    const at = world();
    const newcomer = await machine("new", at, emptyDisk());
    await newcomer.ports.store.import(KEYSET, sampleShares(KEYSET, 0));
    const state = without("Running");
    const node_key = "ed25519:signer-new" as SignerKey;
    at.view = { ...at.view, state, node_key, candidate_info: newcomer.settings.info };
    assert.equal(await stepUntilRest(newcomer), "candidate_recorded");
    assert.deepEqual(await heldBy(newcomer), [4]);
  });
});
