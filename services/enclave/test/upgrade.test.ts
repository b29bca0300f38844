import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NEW_PROGRAM } from "../../../sdk/test/approval/sample-recipient.ts";
import {
  approvalFor,
  type EnclaveWorld,
  makeMachine,
  publishShareKeys,
  type Running,
  runOn,
  servedKey,
  startEnclaveWorld,
  takeOverFrom,
  voteFor,
  votePolicy,
  voteToRevoke,
} from "./support/enclave-world.ts";
import { codeOfStep, openFirst, restart, settle } from "./support/steps.ts";

const THIRD_PROGRAM = "cc".repeat(32);
const UNKNOWN_PROGRAM = "ee".repeat(32);

let world: EnclaveWorld;

before(async () => {
  world = await startEnclaveWorld();
  await publishShareKeys(world);
});

after(() => world?.stop());

// One chain's story: its policy goes forward only.
test("behavior: programs follow one another with the same seed: by the committee, with the vote agreeing, by the vote alone", async () => {
  const first = await openFirst(world, 30);
  const key = servedKey(first);
  const second = await upgradeInShadow(first);
  assert.equal(servedKey(second), key);
  assert.equal(servedKey(first), undefined);
  assert.equal(await first.parts.seedFile.read(), undefined);
  assert.deepEqual(
    second.parts.journals.rollout.entries().map(({ type }) => type),
    ["shadow_begun", "vote_agreed"],
  );
  await refusedWithoutVote(second);
  const third = await upgradeByVote(second);
  assert.equal(servedKey(third), key);
  await oldOnesRefuse([first, second]);
});

async function upgradeInShadow(old: Running): Promise<Running> {
  await voteFor(world, NEW_PROGRAM);
  await votePolicy(world, "shadow");
  const machine = await makeMachine(world, 40, NEW_PROGRAM);
  const handover = await old.sender()!.challenge();
  // The vote alone isn't enough yet.
  const unapproved = await runOn(
    world,
    machine,
    takeOverFrom(machine, handover, old.machine, () => old),
  );
  assert.equal(await codeOfStep(unapproved), "UPGRADE_NOT_APPROVED");
  const approval = approvalFor(machine, old.machine, handover);
  const next = await runOn(
    world,
    machine,
    takeOverFrom(machine, handover, old.machine, () => old, { approval }),
  );
  await settle([old, next], () => servedKey(next) !== undefined && old.role().kind === "gone");
  return next;
}

async function refusedWithoutVote(old: Running): Promise<void> {
  const handover = await old.sender()!.challenge();
  const unknown = await makeMachine(world, 50, UNKNOWN_PROGRAM);
  const asks = (machine: typeof unknown, brought = {}) =>
    runOn(
      world,
      machine,
      takeOverFrom(machine, handover, old.machine, () => old, brought),
    );
  assert.equal(await codeOfStep(await asks(unknown)), "UPGRADE_NOT_APPROVED");
  const approval = approvalFor(unknown, old.machine, handover);
  assert.equal(await codeOfStep(await asks(unknown, { approval })), "UPGRADE_NOT_VOTED");
  // What the members took back doesn't count any more, even for the program that they had let in.
  await voteToRevoke(world, NEW_PROGRAM);
  const revoked = await makeMachine(world, 54, NEW_PROGRAM);
  const kept = approvalFor(revoked, old.machine, handover);
  assert.equal(await codeOfStep(await asks(revoked, { approval: kept })), "UPGRADE_NOT_VOTED");
  assert.ok(servedKey(old) !== undefined);
}

async function upgradeByVote(old: Running): Promise<Running> {
  await voteFor(world, THIRD_PROGRAM);
  const machine = await makeMachine(world, 60, THIRD_PROGRAM);
  const handover = await old.sender()!.challenge();
  const next = await runOn(
    world,
    machine,
    takeOverFrom(machine, handover, old.machine, () => old),
  );
  await settle([old, next], () => servedKey(next) !== undefined && old.role().kind === "gone");
  return next;
}

async function oldOnesRefuse(old: readonly Running[]): Promise<void> {
  for (const program of old) {
    const again = await restart(world, program);
    assert.equal((await again.step()).kind, "idle");
    assert.equal(servedKey(again), undefined);
    assert.equal(again.sender(), null);
    assert.equal(again.role().kind, "gone");
  }
}
