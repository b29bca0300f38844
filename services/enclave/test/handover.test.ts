import assert from "node:assert/strict";
import { test } from "node:test";
import { HandoverError } from "../../../sdk/src/handover/handover-error.ts";
import { receiverPhase } from "../../../sdk/src/handover/receiver.ts";
import { signReceipt } from "../../../sdk/src/handover/terms.ts";
import { keyPair, NOW, sampleProgram } from "../../../sdk/test/approval/sample-recipient.ts";
import {
  AFTERMATHS,
  type Aftermath,
  Crash,
  crashingFiles,
  diskAfterCrash,
} from "../../store/test/crashing-files.ts";
import type { Sender } from "../hand-over.ts";
import {
  accepted,
  EXPIRES,
  type HandoverWorld,
  handoverWorld,
  holdsSeed,
  NONCE,
  seedFileOn,
  senderPhaseOn,
  startReceiver,
  startSender,
  TERMS,
} from "./handover-world.ts";

type Side = "sender" | "receiver";

const NEVER = Number.POSITIVE_INFINITY;

test("behavior: the seed goes over, the old program erases its own, the new one serves", async () => {
  const world = await handoverWorld();
  await run(world, NEVER, NEVER, "everything");
  assert.ok(world.receiver.isServing());
  assert.ok(!world.sender.isServing());
  assert.ok(await holdsSeed(world.receiverDisk, "receiver"));
  assert.ok(!(await holdsSeed(world.senderDisk, "sender")));
});

for (const side of ["sender", "receiver"] as const) {
  test(`behavior: killed at any file operation of the ${side} the seed goes over all the same`, async () => {
    for (const aftermath of AFTERMATHS) {
      for (let crashAt = 0; ; crashAt++) {
        const world = await handoverWorld();
        const crashed = await run(
          world,
          side === "sender" ? crashAt : NEVER,
          side === "receiver" ? crashAt : NEVER,
          aftermath,
        );
        assert.ok(world.receiver.isServing(), `${side} at ${crashAt}, ${aftermath}`);
        assert.equal((await senderPhaseOn(world.senderDisk)).kind, "erased");
        if (!crashed) {
          assert.ok(crashAt > 10, `${crashAt} operations`);
          break;
        }
      }
    }
  });
}

test("behavior: a chain that dies in between leaves both with the seed and none active, until it comes back", async () => {
  const world = await handoverWorld();
  const { sender, receiver } = await start(world, NEVER, NEVER);
  await sender.advance();
  world.chain.alive = false;
  await receiver.takeOver(TERMS);
  for (let look = 0; look < 3; look++) {
    await sender.advance();
    await receiver.advance();
  }
  assert.deepEqual([world.sender.isServing(), world.receiver.isServing()], [false, false]);
  assert.ok(
    (await holdsSeed(world.senderDisk, "sender")) && (await holdsSeed(world.receiverDisk, "receiver")),
  );
  world.chain.alive = true;
  await run(world, NEVER, NEVER, "everything");
  assert.ok(world.receiver.isServing());
});

test("behavior: a handover that expires without a receipt gives the old program back its work", async () => {
  const world = await handoverWorld();
  const { sender, receiver } = await start(world, NEVER, NEVER);
  world.chain.alive = false;
  await receiver.takeOver(TERMS);
  world.chain.alive = true;
  world.chain.time = EXPIRES;
  await receiver.advance();
  await sender.advance();
  assert.deepEqual([world.sender.isServing(), world.receiver.isServing()], [true, false]);
  assert.equal(receiverPhase(receiver.ports.journal.entries()).kind, "empty");
  assert.ok(!(await holdsSeed(world.receiverDisk, "receiver")));
  // Its challenge is spent: a copy of the old request gets nothing.
  world.chain.time = EXPIRES - 60;
  await assert.rejects(sender.handOver(accepted(), TERMS, world.chain.time), {
    code: "HANDOVER_SPENT",
  });
});

test("behavior: a receipt that the recipient didn't sign neither erases nor activates", async () => {
  const world = await handoverWorld();
  const { sender, receiver } = await start(world, NEVER, NEVER);
  world.chain.receipt = signReceipt(keyPair(99), TERMS);
  await receiver.takeOver(TERMS);
  await sender.advance();
  await receiver.advance();
  assert.deepEqual([world.sender.isServing(), world.receiver.isServing()], [false, false]);
  assert.ok(await holdsSeed(world.senderDisk, "sender"));
  // It takes the place of the true one: the handover expires, and nobody is stuck.
  world.chain.time = EXPIRES;
  await receiver.advance();
  await sender.advance();
  assert.deepEqual([world.sender.isServing(), world.receiver.isServing()], [true, false]);
});

test("behavior: of two accepted programs that ask at once, one gets the seed", async () => {
  const world = await handoverWorld();
  const { sender } = await start(world, NEVER, NEVER);
  const other = sampleProgram(30);
  const terms = { ...TERMS, to: other.tls.publicKey };
  const answers = await Promise.allSettled([
    sender.handOver(accepted(), TERMS, world.chain.time),
    sender.handOver(accepted(other), terms, world.chain.time),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    ["fulfilled", "rejected"],
  );
});

test("behavior: one challenge is open at a time; a newer one ends it, and a restart keeps it", async () => {
  const world = await handoverWorld();
  const { sender } = await start(world, NEVER, NEVER);
  assert.equal(await sender.challenge(), NONCE);
  world.chain.time += 86_400;
  const first = await sender.challenge();
  assert.notEqual(first, NONCE);
  await assert.rejects(sender.handOver(accepted(), TERMS, NOW), { code: "HANDOVER_SPENT" });
  assert.equal(await sender.challenge(), first);
  world.elapsed.seconds += 86_400;
  const second = await sender.challenge();
  assert.notEqual(second, first);
  const again = await start(world, NEVER, NEVER);
  assert.equal(await again.sender.challenge(), second);
  // How old it is must be known; and too old is too old.
  world.chain.alive = false;
  const third = await (await start(world, NEVER, NEVER)).sender.challenge();
  assert.notEqual(third, second);
  world.chain.alive = true;
  const fourth = await (await start(world, NEVER, NEVER)).sender.challenge();
  assert.notEqual(fourth, third);
  world.chain.time += 86_400;
  assert.notEqual(await (await start(world, NEVER, NEVER)).sender.challenge(), fourth);
});

test("behavior: how long a challenge was out is told by the chain's clock, or by what passed in one life", async () => {
  const world = await handoverWorld();
  const { sender } = await start(world, NEVER, NEVER);
  // Given out in an earlier life, seen by the chain.
  assert.equal(sender.waitedSeconds(NONCE, world.chain.time + 100), 100);
  assert.equal(sender.waitedSeconds(NONCE, null), 0);
  world.chain.alive = false;
  const handover = await sender.challenge();
  assert.equal(sender.waitedSeconds(handover, world.chain.time + 100), 0);
  world.elapsed.seconds += 60;
  assert.equal(sender.waitedSeconds(handover, null), 60);
  assert.equal(sender.waitedSeconds(NONCE, world.chain.time + 100), 0);
});

test("behavior: a program with a seed of its own doesn't take over another's", async () => {
  const world = await handoverWorld();
  const { receiver } = await start(world, NEVER, NEVER);
  const own = Uint8Array.from({ length: 32 }, () => 9);
  await receiver.ports.seedFile.write(own);
  await assert.rejects(receiver.takeOver(TERMS), { code: "HANDOVER_BUSY" });
  assert.deepEqual(await receiver.ports.seedFile.read(), own);
});

test("behavior: a sender that hands over another seed than it says leaves nothing behind", async () => {
  const world = await handoverWorld();
  const { receiver } = await start(world, NEVER, NEVER);
  await seedFileOn(crashingFiles(world.senderDisk, NEVER), "sender").write(new Uint8Array(32).fill(9));
  await assert.rejects(receiver.takeOver(TERMS), { code: "HANDOVER_SEED" });
  await assert.rejects(receiver.advance(), { code: "HANDOVER_SEED" });
  assert.ok(!(await holdsSeed(world.receiverDisk, "receiver")));
  assert.equal(world.chain.receipt, null);
});

test("behavior: terms other than what was accepted, or out of time, stop nothing", async () => {
  const world = await handoverWorld();
  const { sender } = await start(world, NEVER, NEVER);
  await sender.advance();
  const others = [
    { ...TERMS, network: "mainnet" },
    { ...TERMS, contract: "other.testnet" },
    { ...TERMS, version: 4 },
    { ...TERMS, handover: "ee".repeat(32) },
    { ...TERMS, from: keyPair(9).publicKey },
    { ...TERMS, to: keyPair(9).publicKey },
    { ...TERMS, commitment: "00".repeat(32) },
    { ...TERMS, expires: world.chain.time },
    { ...TERMS, expires: world.chain.time + 86_401 },
  ];
  for (const terms of others) {
    await assert.rejects(sender.handOver(accepted(), terms, world.chain.time), HandoverError);
  }
  assert.ok(world.sender.isServing());
});

async function start(world: HandoverWorld, senderCrash: number, receiverCrash: number) {
  const sender = await startSender(world, crashingFiles(world.senderDisk, senderCrash));
  const receiver = await startReceiver(world, crashingFiles(world.receiverDisk, receiverCrash), () => sender);
  return { sender, receiver };
}

/** Drives both until nothing changes, starting again whoever crashed; checks both rules after every step. */
async function run(world: HandoverWorld, senderCrash: number, receiverCrash: number, aftermath: Aftermath) {
  let crashed = false;
  let sender: Sender | null = null;
  let receiver: Awaited<ReturnType<typeof startReceiver>> | null = null;
  const limits = { sender: senderCrash, receiver: receiverCrash };
  const attempt = async (side: Side, step: () => Promise<void>) => {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashed = true;
      // A crash of the sender reaches the receiver as a request that fails.
      const isSender = side === "sender" || limits.sender !== NEVER;
      if (isSender) [sender, world.senderDisk] = [null, diskAfterCrash(world.senderDisk, aftermath)];
      else [receiver, world.receiverDisk] = [null, diskAfterCrash(world.receiverDisk, aftermath)];
      world[isSender ? "sender" : "receiver"].stop();
      limits[isSender ? "sender" : "receiver"] = NEVER;
    }
    await checkRules(world);
  };
  const isOver = async () =>
    world.receiver.isServing() && (await senderPhaseOn(world.senderDisk)).kind === "erased";
  for (let round = 0; round < 12 && !(await isOver()); round++) {
    await attempt("sender", async () => {
      sender ??= await startSender(world, crashingFiles(world.senderDisk, limits.sender));
      await sender.advance();
    });
    await attempt("receiver", async () => {
      receiver ??= await startReceiver(world, crashingFiles(world.receiverDisk, limits.receiver), () =>
        reachable(sender),
      );
      const isNew = receiverPhase(receiver.ports.journal.entries()).kind === "empty";
      await (isNew ? receiver.takeOver(TERMS) : receiver.advance());
    }).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
    });
  }
  return crashed;
}

class Unreachable extends Error {}

function reachable(sender: Sender | null): Sender {
  if (sender === null) throw new Unreachable("the sender is down");
  return sender;
}

async function checkRules(world: HandoverWorld): Promise<void> {
  assert.ok(!(world.sender.isServing() && world.receiver.isServing()), "two programs are active");
  const holders = [
    await holdsSeed(diskAfterCrash(world.senderDisk, "synced_only"), "sender"),
    await holdsSeed(diskAfterCrash(world.receiverDisk, "synced_only"), "receiver"),
  ];
  assert.ok(holders.includes(true), "nobody holds the seed");
}
