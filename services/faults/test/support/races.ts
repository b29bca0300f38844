import assert from "node:assert/strict";
import type { Scheduler } from "fast-check";
import { tlsKey } from "../../../../contract/test/support/keys.ts";
import { account, CANCEL, entry } from "../../../../contract/test/support/network.ts";
import { currentSigners, identifyPeer } from "../../../node/decide-transfer.ts";
import { emptyDisk } from "../../../store/test/crashing-files.ts";
import { RECOVERY_BLOCKS } from "./core-contract.ts";
import { type Move, makeMove, requireRightRest } from "./moved-on.ts";
import { cancelResharing, completeResharing, keysetOf, startResharing } from "./network-acts.ts";
import { requireSettledBackup, settle, takeTurns } from "./stories.ts";
import { createWorld, diskWithShares, type World } from "./world.ts";

/** Programs and contract at once, in any order that a scheduler thinks of. */
export interface Race {
  readonly name: string;
  /** Who starts, on a network that has a backup. */
  start(world: World): Promise<void> | void;
  /** What the network does meanwhile, one after another. */
  readonly acts: readonly ((world: World) => Promise<unknown> | unknown)[];
  /** Where everybody must come to in the end. */
  end(world: World): Promise<void>;
}

const TURNS = 12;
const MACHINES = ["a", "a2", "a3", "evil"] as const;

/** Runs a race in the order of a scheduler, then lets everybody come to rest. */
export async function run(race: Race, scheduler: Scheduler): Promise<void> {
  let racing = false;
  const broken: unknown[] = [];
  const world = createWorld({
    link: "direct",
    pause: async (what) => {
      // Kept for later: the program would take it for a failure of its own and go on.
      try {
        requireOneNodePerAccount(world);
      } catch (error) {
        broken.push(error);
      }
      if (racing) await scheduler.schedule(Promise.resolve(), what);
    },
  });
  world.startNode("a", "a", await diskWithShares("a", keysetOf(world)));
  world.startService("a", "s");
  await settle(world, { a: "idle serving", s: "idle backed_up" });
  await race.start(world);
  racing = true;
  const programs = [...world.programs.values()].map(async (program) => {
    for (let turns = 0; turns < TURNS; turns += 1) {
      await scheduler.schedule(Promise.resolve(), `turn of ${program.label}`);
      await program.turn();
    }
  });
  await scheduler.waitFor(Promise.all([...programs, perform(race, world, scheduler)]));
  racing = false;
  await race.end(world);
  if (broken.length > 0) throw broken[0];
  await world.requireSound();
  await world.requireNothingLost("a");
}

async function perform({ acts }: Race, world: World, scheduler: Scheduler): Promise<void> {
  for (const act of acts) {
    // Anywhere among the others' turns, not right at the start.
    for (let wait = 0; wait < TURNS; wait += 1) await scheduler.schedule(Promise.resolve(), "wait");
    await act(world);
  }
}

/** Whatever happens, peer b lets in at most one machine of account a, and signs with at most one. */
function requireOneNodePerAccount(world: World): void {
  const view = world.contract.view("b");
  const machine = { account_id: account("b"), tls_public_key: tlsKey("b") };
  const letIn = MACHINES.filter((label) => identifyPeer(view, machine, tlsKey(label)) !== null);
  const signing = currentSigners(view, machine).filter(([id]) => id === account("a"));
  assert.ok(letIn.length <= 1 && signing.length <= 1, `peers let in ${letIn.join()}`);
  if (view.state.kind === "Recovery") assert.deepEqual([letIn, signing], [[], []]);
}

const overtaken = (name: string, move: Move): Race => ({
  name: `a Recovery that is ${name}`,
  start(world) {
    world.node("a").destroy();
    world.startNode("a", "a2");
  },
  acts: [(world) => makeMove(world, move)],
  end: requireRightRest,
});

const bogus = (name: string, clear: (world: World) => void): Race => ({
  name: `a bogus Recovery entry, then ${name}`,
  start: () => undefined,
  acts: [({ contract }) => contract.network.accept("a", "evil-node", entry("a", "evil", "evil-node")), clear],
  async end(world) {
    await settle(world, { a: "idle serving", s: "idle backed_up" });
  },
});

export const RACES: readonly Race[] = [
  {
    name: "the old machine against the new one",
    start(world) {
      world.startNode("a", "a2");
    },
    acts: [],
    async end(world) {
      await settle(world, { a: "ended", a2: "idle serving", s: "idle backed_up" });
      await requireSettledBackup(world, "a2");
    },
  },
  {
    name: "two replacements at once",
    start(world) {
      world.node("a").destroy();
      world.startNode("a", "a2");
      world.startNode("a", "a3");
    },
    acts: [],
    end: requireOneWinner,
  },
  {
    name: "the old machine serves its last backup until the conclusion",
    async start(world) {
      world.programs.get("s")?.destroy();
      // The same service on an empty disk: all that there is of the backup is its receipt.
      world.startService("a", "s", emptyDisk());
      world.startNode("a", "a2");
    },
    acts: [],
    async end(world) {
      await settle(world, { a: "ended", a2: "idle serving", s: "idle backed_up" });
      await requireSettledBackup(world, "a2");
    },
  },
  {
    name: "a backup during a Resharing that is cancelled",
    start: () => undefined,
    acts: [(world) => startResharing(world, { threshold: 2 }), (world) => cancelResharing(world, ["b", "c"])],
    end: (world) => requireSettledBackup(world, "a"),
  },
  {
    name: "a backup during a Resharing",
    start: () => undefined,
    acts: [
      (world) => startResharing(world, { threshold: 2 }),
      (world) => completeResharing(world, [{ name: "a", program: world.node("a") }]),
    ],
    end: (world) => requireSettledBackup(world, "a"),
  },
  overtaken("cancelled by its operator", "cancelled by its operator"),
  overtaken("cancelled by the others", "cancelled by the others"),
  overtaken("over its time", "expired"),
  overtaken("overtaken by a Resharing", "overtaken by a Resharing that is cancelled"),
  bogus("it is cancelled", ({ contract }) => contract.network.accept("a", "full", CANCEL)),
  bogus("it expires", ({ contract }) => {
    contract.network.height += RECOVERY_BLOCKS;
  }),
];

/** One of both serves, the contract lists it, and the other asks for its operator or has stood down. */
async function requireOneWinner(world: World): Promise<void> {
  await takeTurns(world, TURNS);
  world.contract.network.height += RECOVERY_BLOCKS;
  await takeTurns(world, TURNS);
  const rests = ["a2", "a3"].map((label) => [label, world.node(label).rest()] as const);
  const winners = rests.filter(([, rest]) => rest === "idle serving");
  const losers = rests.filter(([, rest]) => /^(refused|ended)/.test(rest));
  assert.deepEqual([winners.length, losers.length], [1, 1], JSON.stringify(rests));
  await requireSettledBackup(world, winners[0]?.[0] ?? "");
  const entries = world.contract.calls.filter((call) => call === "a submit_participant_recovery_info");
  assert.ok(entries.length <= 2, `${entries.length} entries`);
}
