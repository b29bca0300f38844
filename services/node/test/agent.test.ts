import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SignerKey } from "../../../contract/src/protocol/brand.ts";
import { ContractError } from "../../../sdk/src/errors/contract-error.ts";
import { keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import { ProgramError } from "../../operations/program-error.ts";
import { NEVER } from "../../operations/test/in-memory-ports.ts";
import { afterConclusion, info, recovery, running } from "../../operations/test/sample-views.ts";
import { AFTERMATHS, Crash, type Disk, diskAfterCrash, emptyDisk } from "../../store/test/crashing-files.ts";
import { runNodeAgent, stepNodeAgent } from "../agent.ts";
import type { NodePeer } from "../decide-transfer.ts";

import { HASH, KEYSET, machine, SERVICE, stepUntilRest, WHOLE, type World, world } from "./machine.ts";

describe("behavior: a lost node comes back", () => {
  test("submits, takes its shares, concludes, serves", async () => {
    const at = world();
    const fresh = await machine("new", at, emptyDisk());
    assert.equal(await stepUntilRest(fresh), "awaiting_keyshares of recovery 7");
    assert.deepEqual(await fresh.ask("PUT", SERVICE, WHOLE), { kind: "ok", body: { keyset_hash: HASH } });
    assert.equal(await stepUntilRest(fresh), "serving");
    assert.deepEqual(at.calls, ["submit_participant_recovery_info", "conclude_recovery 7"]);
    const order = [
      "recovery.submitted",
      "recovery.started",
      "recovery.shares_received",
      "recovery.concluded",
      "node.listed",
    ];
    assert.deepEqual(fresh.log.events, order);
    assert.doesNotMatch(fresh.log.text(), /share of/);
    const served = await fresh.ask("GET", SERVICE);
    assert.deepEqual(served, { kind: "ok", body: WHOLE });
    const hello = await fresh.hello();
    assert.deepEqual(hello.kind === "ok" && (hello.body as { held_keysets: unknown }).held_keysets, [HASH]);
  });

  test("a conclusion that fails is tried until the contract shows it", async () => {
    const at = world();
    const fresh = await machine("new", at, emptyDisk());
    await stepUntilRest(fresh);
    await fresh.ask("PUT", SERVICE, WHOLE);
    at.refuse = ["UNEXPECTED_STATE"];
    await assert.rejects(stepUntilRest(fresh), ContractError);
    assert.equal(await stepUntilRest(fresh), "serving");
  });

  test("endpoints that lag behind its entry don't make it enter twice, not even after a restart", async () => {
    const [at, disk] = [world(), emptyDisk()];
    const before = at.view;
    const fresh = await machine("new", at, disk);
    assert.equal((await stepNodeAgent(fresh.ports, fresh.settings, () => undefined, NEVER)).kind, "acted");
    at.view = before;
    assert.equal(await stepUntilRest(fresh), "recovery_submitted");
    const again = await machine("new", at, diskAfterCrash(disk, "synced_only"));
    assert.equal(await stepUntilRest(again), "recovery_submitted");
    assert.deepEqual(at.calls, ["submit_participant_recovery_info"]);
  });

  test("endpoints that lag behind its return don't make it stand down, not even after a restart", async () => {
    const [at, disk] = [world(), emptyDisk()];
    const before = at.view;
    at.view = { ...before, height: before.height + 1 };
    const fresh = await machine("new", at, disk);
    await stepUntilRest(fresh);
    await fresh.ask("PUT", SERVICE, WHOLE);
    assert.equal(await stepUntilRest(fresh), "serving");
    at.view = before;
    assert.equal(await stepUntilRest(fresh), "STATE_BEHIND");
    const again = await machine("new", at, diskAfterCrash(disk, "synced_only"));
    assert.equal(await stepUntilRest(again), "STATE_BEHIND");
  });

  test("a refused entry ends the program, a state that moved on is waited for", async () => {
    const at = world();
    const fresh = await machine("new", at, emptyDisk());
    at.refuse = ["UNEXPECTED_STATE", "KEY_RETIRED"];
    await assert.rejects(stepUntilRest(fresh), ContractError);
    await assert.rejects(
      stepUntilRest(fresh),
      (error) => error instanceof ProgramError && error.exitCode === 1,
    );
  });

  test("after a cancel it doesn't enter again, not even after a restart", async () => {
    const [at, disk] = [world(), emptyDisk()];
    await stepUntilRest(await machine("new", at, disk));
    at.view = { ...at.view, state: running() };
    for (const again of [disk, diskAfterCrash(disk, "synced_only")]) {
      await assert.rejects(stepUntilRest(await machine("new", at, again)), { code: "RECOVERY_ENDED" });
    }
    assert.deepEqual(at.calls, ["submit_participant_recovery_info"]);
  });

  const [first, second] = WHOLE.keyshares;
  const unfit: [string, unknown, number][] = [
    ["a missing share", keysharesDocument(KEYSET, [first!]), 422],
    ["an extra share", keysharesDocument(KEYSET, [first!, second!, { ...second!, domain_id: 9 }]), 422],
    ["a stale share", keysharesDocument(KEYSET, [first!, { ...second!, attempt: 1 }]), 422],
    ["a corrupt share", keysharesDocument(KEYSET, [first!, { ...second!, secret: "canary-4711" }]), 422],
    ["another keyset", keysharesDocument(sampleKeyset(3), sampleShares(sampleKeyset(3), 0)), 422],
    ["no document", { keyshares: "canary-4711" }, 400],
  ];
  for (const [name, body, status] of unfit) {
    test(`${name}: refused, nothing stored, nothing concluded`, async () => {
      const at = world();
      const fresh = await machine("new", at, emptyDisk());
      await stepUntilRest(fresh);
      const reply = await fresh.ask("PUT", SERVICE, body);
      assert.equal(reply.kind === "refused" && reply.status, status);
      assert.doesNotMatch(JSON.stringify(reply), /canary/);
      assert.doesNotMatch(fresh.log.text(), /canary/);
      assert.deepEqual(await fresh.ports.store.list(), []);
      assert.equal(await stepUntilRest(fresh), "awaiting_keyshares of recovery 7");
    });
  }

  for (const aftermath of AFTERMATHS) {
    test(`killed at any file operation it comes back all the same (${aftermath})`, async () => {
      const comeBack = async (at: World, disk: Disk, crashAt?: number) => {
        const fresh = await machine("new", at, disk, crashAt);
        const rest = await stepUntilRest(fresh);
        if (rest.startsWith("awaiting")) assert.equal((await fresh.ask("PUT", SERVICE, WHOLE)).kind, "ok");
        return { fresh, rest: await stepUntilRest(fresh) };
      };
      const whole = await comeBack(world(), emptyDisk());
      for (let crashAt = 0; crashAt < whole.fresh.files.operations(); crashAt += 1) {
        const [at, disk] = [world(), emptyDisk()];
        await assert.rejects(comeBack(at, disk, crashAt), Crash);
        const { fresh, rest } = await comeBack(at, diskAfterCrash(disk, aftermath));
        assert.equal(rest, "serving", `operation ${crashAt}`);
        assert.deepEqual(await fresh.ports.store.export(HASH), WHOLE.keyshares, `operation ${crashAt}`);
      }
    });

    test(`shares that were acknowledged survive any crash after it (${aftermath})`, async () => {
      const [at, disk] = [world(), emptyDisk()];
      const fresh = await machine("new", at, disk);
      await stepUntilRest(fresh);
      assert.equal((await fresh.ask("PUT", SERVICE, WHOLE)).kind, "ok");
      const again = await machine("new", at, diskAfterCrash(disk, aftermath));
      assert.deepEqual(await again.ports.store.export(HASH), WHOLE.keyshares);
    });
  }
});

describe("behavior: impostors and the old machine", () => {
  async function oldMachine(at: World, disk = emptyDisk()) {
    at.view = { ...at.view, node_key: "ed25519:signer-a" as SignerKey };
    const old = await machine("a", at, disk);
    await old.ports.store.import(KEYSET, WHOLE.keyshares);
    assert.equal(await stepUntilRest(old), "serving");
    return old;
  }

  test("a peer that isn't the registered service gets no shares and can bring none", async () => {
    const at = world();
    const old = await oldMachine(at);
    const impostor = { kind: "backup_service", tls_public_key: "ed25519:impostor" } as NodePeer;
    const participant = { kind: "participant", tls_public_key: info("b").tls_public_key } as NodePeer;
    for (const peer of [impostor, participant]) {
      const reply = await old.ask("GET", peer);
      assert.equal(reply.kind === "refused" && reply.status, 403);
      at.view = { ...at.view, state: recovery() };
      const fresh = await machine("new", at, emptyDisk());
      const brought = await fresh.ask("PUT", peer, WHOLE);
      assert.equal(brought.kind === "refused" && brought.status, 403);
      at.view = { ...at.view, state: running() };
    }
  });

  test("a service that was replaced after it connected is judged by the contract as it is now", async () => {
    const at = world();
    const old = await oldMachine(at);
    assert.equal((await old.ask("GET", SERVICE)).kind, "ok");
    at.view = {
      ...at.view,
      backup_service: { ...at.view.backup_service!, public_key: "ed25519:newer" as never },
    };
    assert.equal((await old.ask("GET", SERVICE)).kind, "refused");
  });

  test("the old machine serves backups until the conclusion, then stands down for good", async () => {
    const [at, disk] = [world(), emptyDisk()];
    const old = await oldMachine(at, disk);
    at.view = { ...at.view, state: recovery() };
    assert.equal(await stepUntilRest(old), "being_replaced by recovery 7");
    assert.equal((await old.ask("GET", SERVICE)).kind, "ok");
    at.view = { ...at.view, state: afterConclusion() };
    assert.equal((await old.ask("GET", SERVICE)).kind, "refused");
    assert.equal(await stepUntilRest(old), "ended");
    const again = await machine("a", at, diskAfterCrash(disk, "synced_only"));
    at.view = { ...at.view, state: running() };
    assert.equal(await stepUntilRest(again), "ended");
    assert.deepEqual(at.calls, []);
  });

  test("a bogus Recovery entry doesn't kill an honest node for good", async () => {
    const at = world();
    const old = await oldMachine(at);
    at.view = { ...at.view, state: recovery() };
    assert.equal(await stepUntilRest(old), "being_replaced by recovery 7");
    at.view = { ...at.view, state: running() };
    assert.equal(await stepUntilRest(old), "serving");
  });

  test("the loop ends by itself when the machine stands down", async () => {
    const at = world();
    const old = await oldMachine(at);
    at.view = { ...at.view, state: afterConclusion() };
    const end = await runNodeAgent(
      old.ports,
      old.settings,
      () => undefined,
      () => undefined,
      NEVER,
    );
    assert.equal(end.kind, "ended");
    assert.deepEqual(old.log.events.slice(-2), ["node.standing_down", "keyshares.erased"]);
  });
});
