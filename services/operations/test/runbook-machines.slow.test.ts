import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { HAS_AGE, listedKey, nearKeyOf, requireNoSecretShown, tlsKeyOf } from "./runbook/expectations.ts";
import {
  BACKUP,
  NEW_BACKUP,
  NEW_NODE,
  NODE,
  type RunbookNetwork,
  startRunbookNetwork,
} from "./runbook/network.ts";
import type { Operator } from "./runbook/operator.ts";

describe("behavior: lost machines, each entry of the runbook as it stands", {
  skip: HAS_AGE ? false : "needs tool age",
}, () => {
  let network: RunbookNetwork;
  let first: Operator;
  let second: Operator;
  let third: Operator;
  before(async () => {
    network = await startRunbookNetwork();
    [first, second, third] = network.operators;
  });
  after(() => network?.stop());

  test("runbook: The node's machine is lost", async () => {
    const before = (await network.state()).Running?.keyset;
    first.variables.set("OLD_NEAR_PUBLIC_KEY", nearKeyOf(first, NODE));
    await first.machines.stop(NODE, "SIGKILL");
    await first.follow("The node's machine is lost");
    assert.equal(await listedKey(network, first), tlsKeyOf(first, NEW_NODE));
    assert.deepEqual((await network.state()).Running?.keyset, before);
  });

  test("runbook: The old machine is switched on again", async () => {
    await first.machines.stop(NEW_NODE, "SIGTERM");
    await first.follow("The old machine is switched on again");
    assert.equal(await listedKey(network, first), tlsKeyOf(first, NODE));
    assert.match(first.output(), /"keyshares\.erased".*decommissioned/);
    rmSync(first.machines.folder(NEW_NODE), { recursive: true });
  });

  test("runbook: The backup machine is lost", async () => {
    second.variables.set("OLD_NEAR_PUBLIC_KEY", nearKeyOf(second, BACKUP, "backup"));
    await second.machines.stop(BACKUP, "SIGKILL");
    await second.follow("The backup machine is lost");
    const registered = await network.chain.contract.view<{ public_key: string }>("backup_service_info", {
      account_id: second.account.accountId,
    });
    assert.equal(registered.public_key, tlsKeyOf(second, NEW_BACKUP, "backup"));
  });

  test("runbook: The recovery is stuck", async () => {
    await third.machines.stop(BACKUP, "SIGKILL");
    await third.machines.stop(NODE, "SIGKILL");
    await third.begin("The node's machine is lost");
    const { waitFor } = third.machines.running(NEW_NODE);
    await waitFor("the wait for shares", ({ reason }) => /^awaiting_keyshares/.test(String(reason)));
    await third.follow("The recovery is stuck");
    assert.equal(await listedKey(network, third), tlsKeyOf(third, NEW_NODE));
  });

  test("no secret of any machine was printed, logged or left readable", async () => {
    await requireNoSecretShown(network);
    for (const operator of network.operators) {
      const data = join(operator.machines.folder(BACKUP), "backup/data");
      assert.ok(!existsSync(join(data, "drill")), readdirSync(data).join());
    }
  });
});
