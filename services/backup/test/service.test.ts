import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { type KeysharesDocument, keysharesDocument } from "../../keyshare/keyshares-document.ts";
import { sampleKeyset, sampleShares } from "../../keyshare/test/samples.ts";
import { memoryClock, NEVER } from "../../operations/test/in-memory-ports.ts";
import {
  afterConclusion,
  info,
  receipt,
  recovery,
  running,
  view,
} from "../../operations/test/sample-views.ts";
import { AFTERMATHS, Crash, diskAfterCrash, emptyDisk } from "../../store/test/crashing-files.ts";
import type { BackupPorts } from "../ports.ts";
import { runBackupService, SharesRefused, stepBackupService } from "../service.ts";

import { backedUp, HASH, KEYSET, ports, SETTINGS, stepUntilIdle, WHOLE, world } from "./world.ts";

describe("behavior: backing up", () => {
  test("registers, fetches, stores and confirms, in this order", async () => {
    const at = world();
    const { ports: made, log } = await ports(at, emptyDisk());
    assert.equal(await stepUntilIdle(made), "backed_up");
    assert.deepEqual(at.calls, ["register", "confirm_backup"]);
    assert.deepEqual(log.events, ["backup.registered", "backup.stored", "backup.confirmed"]);
    assert.deepEqual(await made.store.export(HASH), WHOLE.keyshares);
    assert.equal(at.view.receipt?.digest, (await made.store.list())[0]?.digest);
    assert.doesNotMatch(log.text(), /share of/);
  });

  const [first, second] = WHOLE.keyshares;
  const unfit: [string, KeysharesDocument][] = [
    ["a missing share", keysharesDocument(KEYSET, [first!])],
    ["a corrupt share", keysharesDocument(KEYSET, [first!, { ...second!, secret: "canary-4711" }])],
    ["another participant's shares", keysharesDocument(KEYSET, sampleShares(KEYSET, 1))],
    ["another attempt's keyset", keysharesDocument(sampleKeyset(4, 1), sampleShares(sampleKeyset(4, 1), 0))],
  ];
  for (const [name, document] of unfit) {
    test(`${name} is neither stored nor confirmed`, async () => {
      const at = world({ backup_service: view().backup_service });
      at.documents.set(info("a").tls_public_key, document);
      const { ports: made } = await ports(at, emptyDisk());
      await assert.rejects(stepUntilIdle(made), (error) => {
        assert.ok(error instanceof SharesRefused);
        assert.doesNotMatch(error.message, /canary/);
        return true;
      });
      assert.deepEqual(await made.store.list(), []);
      assert.deepEqual(at.calls, []);
    });
  }

  test("an old store put back is told loudly and made whole again", async () => {
    const at = world({
      backup_service: view().backup_service,
      receipt: receipt(4, HASH, "digest of the lost file"),
    });
    const { ports: made, log } = await ports(at, emptyDisk());
    assert.equal(await stepUntilIdle(made), "backed_up");
    assert.deepEqual(log.events, ["store.older_than_receipt", "backup.stored", "backup.confirmed"]);
  });

  test("a superseded keyset is erased after the new one's receipt", async () => {
    const at = world();
    const { ports: made, log } = await ports(at, emptyDisk());
    await stepUntilIdle(made);
    const next = sampleKeyset(5);
    at.view = { ...at.view, state: running({ keyset: next as never }) };
    at.documents.set(info("a").tls_public_key, keysharesDocument(next, sampleShares(next, 0)));
    assert.equal(await stepUntilIdle(made), "backed_up");
    assert.deepEqual(
      (await made.store.list()).map((each) => each.keyset_hash),
      [keysetHash(next)],
    );
    assert.deepEqual(log.events.slice(-3), ["backup.stored", "backup.confirmed", "backup.erased"]);
  });

  test("endpoints that lag behind a stored keyset move nothing, not even after a restart", async () => {
    const [at, disk] = [world(), emptyDisk()];
    await stepUntilIdle((await ports(at, disk)).ports);
    at.view = { ...at.view, height: at.view.height - 1 };
    assert.equal(await stepUntilIdle((await ports(at, disk)).ports), "STATE_BEHIND");
  });

  for (const aftermath of AFTERMATHS) {
    test(`killed at any file operation it ends up with the same after a restart (${aftermath})`, async () => {
      const whole = await ports(world(), emptyDisk());
      await stepUntilIdle(whole.ports);
      for (let crashAt = 0; crashAt < whole.files.operations(); crashAt += 1) {
        const [at, disk] = [world(), emptyDisk()];
        await assert.rejects(async () => stepUntilIdle((await ports(at, disk, crashAt)).ports), Crash);
        const { ports: made } = await ports(at, diskAfterCrash(disk, aftermath));
        assert.equal(await stepUntilIdle(made), "backed_up", `operation ${crashAt}`);
        assert.deepEqual(await made.store.export(HASH), WHOLE.keyshares, `operation ${crashAt}`);
        assert.equal(at.view.receipt?.digest, (await made.store.list())[0]?.digest, `operation ${crashAt}`);
      }
    });
  }
});

describe("behavior: recovering", () => {
  test("sends to the prospective node, then confirms, once", async () => {
    const { at, ports: made, log } = await backedUp();
    assert.equal(await stepUntilIdle(made), "recovery_confirmed");
    assert.deepEqual(at.sent, [{ node: info("new"), document: WHOLE }]);
    assert.deepEqual(at.calls, ["confirm_recovery 7"]);
    assert.deepEqual(log.events.slice(-2), ["recovery.shares_sent", "recovery.confirmed"]);
    assert.equal(await stepUntilIdle(made), "recovery_confirmed");
    assert.equal(at.sent.length, 1);
  });

  test("a node that loses its shares before it concludes gets them again", async () => {
    const { at, ports: made, log } = await backedUp();
    assert.equal(await stepUntilIdle(made), "recovery_confirmed");
    at.lost = 1;
    assert.equal(await stepUntilIdle(made), "recovery_shares_sent_again");
    assert.equal(at.sent.length, 2);
    assert.deepEqual(at.sent[1], { node: info("new"), document: WHOLE });
    assert.deepEqual(log.events.slice(-2), ["recovery.shares_lost", "recovery.shares_sent"]);
    assert.equal(await stepUntilIdle(made), "recovery_confirmed");
    assert.deepEqual(at.calls, ["confirm_recovery 7"]);
  });

  test("a node that doesn't acknowledge gets no confirmation, and is tried again", async () => {
    const { at, ports: made } = await backedUp();
    at.accepting.clear();
    await assert.rejects(stepUntilIdle(made), /closed the connection/);
    assert.deepEqual(at.calls, []);
    at.accepting.add(info("new").tls_public_key);
    assert.equal(await stepUntilIdle(made), "recovery_confirmed");
  });

  test("a node that concluded before the confirmation: the late one is tried once", async () => {
    const { at, ports: made, log } = await backedUp();
    await stepBackupService(made, SETTINGS, () => undefined, NEVER);
    at.view = { ...at.view, state: afterConclusion() };
    assert.equal(await stepUntilIdle(made), "backed_up");
    assert.deepEqual(at.calls, ["confirm_recovery 7"]);
    assert.equal(log.events.at(-1), "recovery.confirmation_refused");
  });

  test("shares in the store that aren't exactly the keyset are not sent", async () => {
    const { at, ports: made } = await backedUp();
    await made.store.import(KEYSET, sampleShares(KEYSET, 1));
    await assert.rejects(stepUntilIdle(made), SharesRefused);
    assert.deepEqual(at.sent, []);
    assert.deepEqual(at.calls, []);
  });

  test("nothing is sent on an unproven state", async () => {
    const { at, ports: made } = await backedUp();
    at.view = { ...at.view, proof: { kind: "unproven", reason: "one endpoint" } };
    assert.equal(await stepUntilIdle(made), "UNPROVEN_STATE");
    assert.deepEqual(at.sent, []);
  });

  test("a lost store sends nothing that isn't the keyset; the old node is asked first", async () => {
    const { at } = await backedUp();
    const { ports: made, log } = await ports(at, emptyDisk());
    assert.equal(await stepUntilIdle(made), "recovery_confirmed");
    assert.deepEqual(log.events.slice(0, 2), ["store.older_than_receipt", "backup.stored"]);
    at.documents.clear();
    const { ports: alone } = await ports(
      { ...at, view: { ...at.view, state: recovery({}, 8) } },
      emptyDisk(),
    );
    await assert.rejects(stepUntilIdle(alone), /unreachable/);
    assert.equal(at.sent.length, 1);
  });

  for (const aftermath of AFTERMATHS) {
    test(`killed at any file operation the node still gets its shares and the contract its word (${aftermath})`, async () => {
      const start = await backedUp();
      const whole = await ports(start.at, diskAfterCrash(start.disk, "synced_only"));
      await stepUntilIdle(whole.ports);
      for (let crashAt = 0; crashAt < whole.files.operations(); crashAt += 1) {
        const { at, disk } = await backedUp();
        await assert.rejects(async () => stepUntilIdle((await ports(at, disk, crashAt)).ports), Crash);
        const { ports: made } = await ports(at, diskAfterCrash(disk, aftermath));
        assert.equal(await stepUntilIdle(made), "recovery_confirmed", `operation ${crashAt}`);
        assert.ok(
          at.sent.length >= 1 &&
            at.sent.every(({ node }) => node.tls_public_key === info("new").tls_public_key),
        );
        assert.equal(at.view.state.kind === "Recovery" && at.view.state.recovering.backup_confirmed, true);
      }
    });
  }
});

describe("behavior: the service's loop", () => {
  test("goes on after failures, waiting longer each time, and stops when told", async () => {
    const at = world();
    const stop = new AbortController();
    const { ports: made, log } = await ports(at, emptyDisk());
    const clock = memoryClock();
    let failures = 3;
    const flaky: BackupPorts = {
      ...made,
      clock: {
        ...clock,
        sleep: async (millis, signal) => {
          await clock.sleep(millis, signal);
          if (at.view.receipt !== null) stop.abort();
        },
      },
      readView: async () => {
        if (failures-- > 0) throw new Error("the endpoint is down");
        return at.view;
      },
    };
    await runBackupService(
      flaky,
      SETTINGS,
      () => undefined,
      () => undefined,
      stop.signal,
    );
    assert.deepEqual(clock.sleeps, [750, 1_500, 3_000, 1_000]);
    assert.deepEqual(log.events.slice(0, 4), [
      "step.failed",
      "step.failed",
      "step.failed",
      "backup.registered",
    ]);
  });
});
