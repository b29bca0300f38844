import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { NEXT_VERSION, nextVersion } from "../../../sandbox-tests/helpers/next-version.ts";
import { proposeUpdate } from "../../../sdk/src/actions/propose-update.ts";
import { createSender } from "../../../sdk/src/client/sender.ts";
import { ed25519KeyPairFromSecretKey } from "../../../sdk/src/crypto/keys.ts";
import { HAS_AGE, listedKey, nearKeyOf, requireNoSecretShown, tlsKeyOf } from "./runbook/expectations.ts";
import { BACKUP, NEW_NODE, NODE, type RunbookNetwork, startRunbookNetwork } from "./runbook/network.ts";
import { DESK, type Operator } from "./runbook/operator.ts";
import { agreeOnLeaving, reshare } from "./runbook/reshare.ts";

const CODE_DEPOSIT_YOCTO = 10n * 10n ** 24n;

describe("behavior: drills, copies and leaks, each entry of the runbook as it stands", {
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

  test("runbook: A drill", async () => {
    await first.follow("A drill");
    assert.ok(!existsSync(join(first.machines.folder(BACKUP), "backup/data/drill")));
  });

  test("runbook: A backup must open without this project", async () => {
    await third.follow("A backup must open without this project");
  });

  test("runbook: The contract is upgraded", async () => {
    const { accountId } = second.account;
    const key = await second.account.getKey();
    const keyPair = ed25519KeyPairFromSecretKey(String(key));
    const endpoint = { url: network.chain.rpcUrl };
    const sender = createSender({
      endpoint,
      contractId: network.chain.contract.accountId,
      accountId,
      keyPair,
    });
    const update = { code: await nextVersion(), config: null };
    await proposeUpdate(sender, update, { depositYocto: CODE_DEPOSIT_YOCTO });
    await first.follow("The contract is upgraded");
    await second.follow("The contract is upgraded");
    assert.equal(await network.chain.contract.view("version"), NEXT_VERSION);
  });

  test("a recipient who was taken out of the config opens no file from then on, and a new one does", async () => {
    const { machines } = second;
    const config = join(machines.folder(BACKUP), "backup/config.json");
    const before = readFileSync(config, "utf8");
    const old = join(machines.folder(DESK), "operator.key");
    const [, recipient = ""] = /"age_recipients": \["(\w+)"\]/.exec(before) ?? [];
    const identity = await generateIdentity();
    writeFileSync(config, before.replace(recipient, await identityToRecipient(identity)));
    await machines.stop(BACKUP, "SIGTERM");
    const { waitFor } = machines.startAgain(BACKUP);
    for (const event of ["backup.resealed", "backup.confirmed"])
      await waitFor(event, (line) => line.event === event);
    const folder = join(machines.folder(BACKUP), "backup/data/backups");
    const files = readdirSync(folder).map((name) => join(folder, name));
    assert.equal(files.length, 1);
    for (const file of files) {
      const opened = spawnSync("age", ["--decrypt", "--identity", old, file], { encoding: "utf8" });
      assert.match(opened.stderr, /no identity matched/);
      const withNew = ["--decrypt", "--identity", "-", file];
      const openedByNew = spawnSync("age", withNew, { input: identity, encoding: "utf8" });
      assert.match(openedByNew.stdout, /mpc-recovery-keyshares-v1/);
    }
  });

  test("runbook: A key is leaked", async () => {
    const leaked = nearKeyOf(second, NODE);
    second.variables.set("OLD_NEAR_PUBLIC_KEY", leaked);
    await second.machines.stop(NODE, "SIGTERM");
    await second.follow("A key is leaked");
    assert.equal(await listedKey(network, second), tlsKeyOf(second, NODE));
    assert.notEqual(nearKeyOf(second, NODE), leaked);
  });

  test("runbook: Both machines are lost, and a copy of the backup exists", async () => {
    await third.machines.stop(NODE, "SIGKILL");
    await third.machines.stop(BACKUP, "SIGKILL");
    for (const machine of [NODE, BACKUP]) rmSync(third.machines.folder(machine), { recursive: true });
    await third.follow("Both machines are lost, and a copy of the backup exists");
    assert.equal(await listedKey(network, third), tlsKeyOf(third, NEW_NODE));
  });

  test("no secret of any machine was printed, logged or left readable", async () => {
    await requireNoSecretShown(network);
  });

  test("runbook: Both machines are lost, and every copy", async () => {
    await first.machines.stop(NODE, "SIGKILL");
    await first.machines.stop(BACKUP, "SIGKILL");
    const remaining = [
      { operator: second, machine: NODE },
      { operator: third, machine: NEW_NODE },
    ];
    await agreeOnLeaving(network, first, remaining, DESK);
    for (const { operator } of remaining) await operator.follow("Both machines are lost, and every copy");
    await reshare(network, remaining);
    assert.equal(await listedKey(network, first), undefined);
    const erased = ({ event, reason }: { readonly event?: string; readonly reason?: unknown }) =>
      /erased$/.test(event ?? "") && reason === "not_a_participant";
    for (const machine of [NODE, BACKUP])
      await first.machines.startAgain(machine).waitFor("the erasure", erased);
    assert.deepEqual(readdirSync(join(first.machines.folder(NODE), "node/data/keyshares")), []);
    assert.deepEqual(readdirSync(join(first.machines.folder(BACKUP), "backup/data/backups")), []);
  });
});
