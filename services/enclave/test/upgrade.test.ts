import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { senderPhase } from "../../../sdk/src/handover/sender.ts";
import { NEW_PROGRAM, OLD_PROGRAM } from "../../../sdk/test/approval/sample-recipient.ts";
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
} from "./support/enclave-world.ts";

let world: EnclaveWorld;

before(async () => {
  world = await startEnclaveWorld();
  await publishShareKeys(world);
});

after(() => world?.stop());

test("behavior: one after the other serves with the same seed: first by the committee, then by the vote alone", async () => {
  const first = await makeMachine(world, 30, OLD_PROGRAM);
  const old = await runOn(world, first, { kind: "first" });
  await settle([old], () => servedKey(old) !== undefined);
  const key = servedKey(old);
  await voteFor(world, NEW_PROGRAM);
  await votePolicy(world, "shadow");
  const second = await makeMachine(world, 40, NEW_PROGRAM);
  const handover = await old.sender()!.challenge();
  const approval = approvalFor(second, first, handover);
  const next = await runOn(
    world,
    second,
    takeOverFrom(second, handover, first, () => old, { approval }),
  );
  await settle([old, next], () => servedKey(next) !== undefined && old.role().kind === "gone");
  assert.equal(servedKey(next), key);
  assert.equal(servedKey(old), undefined);
  assert.equal(senderPhase(old.parts.journals.sender.entries()).kind, "erased");
  assert.equal(await old.parts.seedFile.read(), undefined);
});

/** Lets programs step until it is so, looking after each step that not two of them serve. */
async function settle(programs: readonly Running[], until: () => boolean): Promise<void> {
  for (let round = 0; round < 20 && !until(); round++) {
    for (const program of programs) {
      await program.step();
      const serving = programs.filter((each) => servedKey(each) !== undefined);
      assert.ok(serving.length <= 1, "two programs serve");
    }
  }
  assert.ok(until());
}
