import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NEW_PROGRAM } from "../../../sdk/test/approval/sample-recipient.ts";
import {
  approvalFor,
  type EnclaveWorld,
  type Machine,
  makeMachine,
  publishShareKeys,
  type Running,
  runOn,
  servedKey,
  startEnclaveWorld,
  takeOverFrom,
  WAIT_SECONDS,
} from "./support/enclave-world.ts";
import { codeOfStep, openFirst, settle, withImage } from "./support/steps.ts";

let world: EnclaveWorld;

before(async () => {
  world = await startEnclaveWorld({ max_handover_seconds: 86_400 });
  await publishShareKeys(world);
});

after(() => world?.stop());

// First, while the chain's clock and the machine's agree.
test("behavior: with a dead chain break-glass waits by what passed here, not by the clock that an operator sets", async () => {
  const { old, machine, program } = await brokenGlass(withImage(world, { version: 11 }), 40);
  assert.equal(await codeOfStep(program), "BREAK_GLASS_TOO_EARLY");
  kill([old.machine, machine], true);
  assert.equal(await codeOfStep(program), "BREAK_GLASS_TOO_EARLY");
  // Only the machine's clock was set forward.
  const { times } = old.machine;
  times.clockSkewSeconds = WAIT_SECONDS + 1;
  assert.equal(await codeOfStep(program), "BREAK_GLASS_TOO_EARLY");
  assert.ok(servedKey(old) !== undefined);
  times.passedSeconds = WAIT_SECONDS;
  // It gets the seed, and can't confirm that yet.
  assert.equal(await codeOfStep(program), "RPC_HTTP_STATUS");
  // Without the chain neither erases nor serves, and both wait.
  assert.deepEqual([servedKey(old), servedKey(program)], [undefined, undefined]);
  assert.ok((await old.parts.seedFile.read()) !== undefined);
  assert.ok((await program.parts.seedFile.read()) !== undefined);
  for (const each of [old, program]) await each.step().catch(() => undefined);
  assert.deepEqual([servedKey(old), servedKey(program)], [undefined, undefined]);
  kill([old.machine, machine], false);
  await settle([old, program], () => servedKey(program) !== undefined && old.role().kind === "gone");
});

test("behavior: break-glass needs no vote, and counts by the chain's clock after its waiting period only", async () => {
  const { old, program } = await brokenGlass(withImage(world, { version: 10 }), 30);
  assert.equal(await codeOfStep(program), "BREAK_GLASS_TOO_EARLY");
  await world.chain.passSeconds(WAIT_SECONDS / 2);
  assert.equal(await codeOfStep(program), "BREAK_GLASS_TOO_EARLY");
  assert.ok(servedKey(old) !== undefined);
  await world.chain.passSeconds(WAIT_SECONDS / 2 + 1);
  await settle([old, program], () => servedKey(program) !== undefined && old.role().kind === "gone");
});

test("behavior: with a dead chain nobody else gets the seed, and who serves goes on serving", async () => {
  const other = withImage(world, { version: 12 });
  const old = await openFirst(other, 50);
  const handover = await old.sender()!.challenge();
  const machine = await makeMachine(other, 60, NEW_PROGRAM);
  const approval = approvalFor(machine, old.machine, handover);
  const start = takeOverFrom(machine, handover, old.machine, () => old, { approval });
  kill([old.machine], true);
  const program = await runOn(other, machine, start);
  assert.equal(await codeOfStep(program), "CHAIN_UNSEEN");
  await old.step();
  assert.ok(servedKey(old) !== undefined);
  kill([old.machine], false);
  await settle([old, program], () => servedKey(program) !== undefined && old.role().kind === "gone");
});

test("behavior: a break-glass statement of the ordinary committee, for another program or challenge is refused", async () => {
  const other = withImage(world, { version: 13 });
  const old = await openFirst(other, 70);
  const handover = await old.sender()!.challenge();
  const machine = await makeMachine(other, 80, NEW_PROGRAM);
  const asks = (breakGlass: ReturnType<typeof approvalFor>) =>
    runOn(
      other,
      machine,
      takeOverFrom(machine, handover, old.machine, () => old, { breakGlass }),
    );
  await world.chain.passSeconds(WAIT_SECONDS + 1);
  const byCommittee = approvalFor(machine, old.machine, handover, "upgrade");
  const wrong: [ReturnType<typeof approvalFor>, string][] = [
    [byCommittee, "APPROVAL_CONTEXT"],
    [
      { ...byCommittee, statement: { ...byCommittee.statement, purpose: "break_glass" } },
      "APPROVAL_NOT_A_MEMBER",
    ],
    [approvalFor(machine, old.machine, "ee".repeat(32), "break_glass"), "UPGRADE_OTHER_NONCE"],
    [approvalFor(machine, old.machine, handover, "break_glass", { to: "ee".repeat(32) }), "APPROVAL_CONTEXT"],
    [approvalFor(machine, old.machine, handover, "break_glass", { from: NEW_PROGRAM }), "APPROVAL_CONTEXT"],
    [approvalFor(machine, old.machine, handover, "break_glass", { network: "mainnet" }), "APPROVAL_CONTEXT"],
    [
      approvalFor(machine, old.machine, handover, "break_glass", { contract: "other.near" }),
      "APPROVAL_CONTEXT",
    ],
    [approvalFor(machine, old.machine, handover, "break_glass", { expires: 1 }), "APPROVAL_TIME"],
  ];
  for (const [breakGlass, code] of wrong) {
    assert.equal(await codeOfStep(await asks(breakGlass)), code);
    machine.disk.names.clear();
    machine.disk.syncedNames.clear();
  }
  assert.ok(servedKey(old) !== undefined);
});

/** A first program, its challenge, and a program that asks with the break-glass committee's statement. */
async function brokenGlass(other: EnclaveWorld, seed: number) {
  const old: Running = await openFirst(other, seed);
  const handover = await old.sender()!.challenge();
  const machine = await makeMachine(other, seed + 5, NEW_PROGRAM);
  const breakGlass = approvalFor(machine, old.machine, handover, "break_glass");
  const start = takeOverFrom(machine, handover, old.machine, () => old, { breakGlass });
  return { old, machine, program: await runOn(other, machine, start) };
}

function kill(machines: readonly Machine[], isDead: boolean): void {
  for (const { proxy } of machines) proxy.isAlive = !isDead;
}
