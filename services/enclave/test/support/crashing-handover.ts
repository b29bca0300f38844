import assert from "node:assert/strict";
import { NEW_PROGRAM } from "../../../../sdk/test/approval/sample-recipient.ts";
import { type Aftermath, Crash, diskAfterCrash } from "../../../store/test/crashing-files.ts";
import type { Start } from "../../enclave-program.ts";
import { SEED_FILE } from "../../open-enclave.ts";
import {
  approvalFor,
  type EnclaveWorld,
  type Machine,
  makeMachine,
  type Running,
  runOn,
  servedKey,
  takeOverFrom,
} from "./enclave-world.ts";
import { requireOneActive } from "./steps.ts";

/** Which program is killed, before which file operation of its life (counted from its start), and what that leaves. */
export interface Kill {
  readonly side: "sender" | "receiver";
  readonly at: number;
  readonly aftermath: Aftermath;
}

/**
 * One handover on the real contract in which one program is killed once and started again. Checks after every step that
 * not both serve, and at the end that the new one serves with the same key and the old one's seed is gone.
 *
 * @returns the new owner, and whether the kill came before the end
 */
export async function handOverWithKill(
  world: EnclaveWorld,
  old: Running,
  seed: number,
  kill: Kill,
): Promise<{ readonly owner: Running; readonly wasKilled: boolean }> {
  const key = servedKey(old);
  const handover = await old.sender()!.challenge();
  // With a fresh head in its image: else each program would follow the chain from further back.
  const { head } = await old.parts.chain.anchor({});
  const machine = await makeMachine({ ...world, image: { ...world.image, head } }, seed, NEW_PROGRAM);
  const approval = approvalFor(machine, old.machine, handover);
  const sides: Record<Kill["side"], Running | null> = { sender: null, receiver: null };
  const start = takeOverFrom(machine, handover, old.machine, () => sides.sender, { approval });
  const begin = (side: Kill["side"], crashAt: number) =>
    runOn(world, side === "sender" ? old.machine : machine, startOf(side, start), crashAt);
  // The old program goes on in a new life, so that it can be killed.
  old.parts.service.stop();
  const limits = { sender: NEVER, receiver: NEVER, [kill.side]: kill.at };
  let wasKilled = false;
  const step = async (side: Kill["side"]) => {
    try {
      sides[side] ??= await begin(side, limits[side]);
      await sides[side].step();
    } catch (error) {
      if (!(error instanceof Crash)) return;
      wasKilled = true;
      sides[kill.side]?.parts.service.stop();
      sides[kill.side] = null;
      limits[kill.side] = NEVER;
      const dead: Machine = kill.side === "sender" ? old.machine : machine;
      dead.disk = diskAfterCrash(dead.disk, kill.aftermath);
    }
    requireOneActive(Object.values(sides).filter((each) => each !== null));
  };
  const isOver = () =>
    sides.receiver !== null &&
    servedKey(sides.receiver) !== undefined &&
    sides.sender?.role().kind === "gone";
  for (let round = 0; round < 12 && !isOver(); round++) {
    await step("sender");
    await step("receiver");
  }
  const { receiver } = sides;
  assert.ok(isOver(), `not over: ${JSON.stringify(kill)}`);
  assert.equal(servedKey(receiver!), key);
  const files = [...old.machine.disk.names.keys()];
  assert.ok(files.some((name) => name.endsWith("/sender")));
  assert.ok(!files.some((name) => name.endsWith(SEED_FILE)));
  return { owner: receiver!, wasKilled };
}

const NEVER = Number.POSITIVE_INFINITY;

function startOf(side: Kill["side"], start: Start): Start {
  return side === "sender" ? { kind: "wait" } : start;
}
