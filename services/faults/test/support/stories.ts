import assert from "node:assert/strict";
import { tlsKey } from "../../../../contract/test/support/keys.ts";
import { account, CANCEL, service } from "../../../../contract/test/support/network.ts";
import { keysetHash } from "../../../keyshare/keyset-hash.ts";
import { COOLDOWN_BLOCKS, RECOVERY_BLOCKS } from "./core-contract.ts";
import {
  admitCandidate,
  cancelResharing,
  completeResharing,
  keysetOf,
  startResharing,
} from "./network-acts.ts";
import { diskWithShares, type World } from "./world.ts";

/** Something that happens to a network, from its begin to where everybody has come to rest as they should. */
export interface Story {
  readonly name: string;
  /** Programs that take part, by label; each may be killed at any step. */
  readonly labels: readonly string[];
  readonly waiting?: readonly string[];
  /** What comes before and is another story's concern. */
  begin(world: World): Promise<void>;
  tell(world: World): Promise<void>;
}

/** How the rests of programs begin, by label. */
export type Rests = Readonly<Record<string, string>>;

const REFUSED = "refused RECOVERY_ENDED";
const MOST_ROUNDS = 60;
const SERVED: Rests = { a: "idle serving", s: "idle backed_up" };

/** Gives everybody so many turns. */
export async function takeTurns(world: World, turns: number): Promise<void> {
  const programs = [...world.programs.values()];
  for (let taken = 0; taken < turns; taken += 1) {
    for (const program of programs) {
      const before = program.deaths();
      await program.turn();
      if (program.deaths() > before) await world.requireNothingLost("a");
    }
    // Time goes on without calls.
    world.contract.network.height += 1;
  }
}

/** Gives everybody turns until they rest as expected; fails the test when they don't, or when a share is lost. */
export async function settle(world: World, expected: Rests): Promise<void> {
  const programs = [...world.programs.values()];
  const rests = () => Object.fromEntries(programs.map(({ label, rest }) => [label, rest()]));
  for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
    await takeTurns(world, 1);
    const now = rests();
    if (Object.entries(expected).every(([label, rest]) => now[label]?.startsWith(rest))) return;
  }
  assert.deepEqual(rests(), expected, "never came to rest");
}

async function backedUp(world: World): Promise<void> {
  world.startNode("a", "a", await diskWithShares("a", keysetOf(world)));
  world.startService("a", "s");
  await settle(world, SERVED);
  await requireBackup(world, "s");
}

async function requireBackup(world: World, label: string): Promise<void> {
  const hash = keysetHash(keysetOf(world));
  assert.deepEqual(await world.heldBy(label), [hash]);
  assert.equal(world.contract.view("a").receipt?.keyset_hash, hash);
}

function requireMember(world: World, label: string): void {
  const state = world.contract.state();
  assert.ok(state.kind === "Running", state.kind);
  const [, , info] = state.parameters.participants.participants.find(([id]) => id === account("a")) ?? [];
  assert.equal(info?.tls_public_key, tlsKey(label));
}

export const STORIES: readonly Story[] = [
  {
    name: "registration and first backup",
    labels: ["a", "s"],
    waiting: ["a"],
    begin: async () => undefined,
    tell: backedUp,
  },
  {
    name: "a new keyset, after a Resharing that was cancelled",
    labels: ["a", "s"],
    begin: backedUp,
    async tell(world) {
      const [first] = await world.heldBy("s");
      startResharing(world, { threshold: 2 });
      await settle(world, SERVED);
      cancelResharing(world, ["b", "c"]);
      await settle(world, SERVED);
      assert.deepEqual(await world.heldBy("s"), [first]);
      startResharing(world, { threshold: 2 });
      await completeResharing(world, [{ name: "a", program: world.node("a") }]);
      await settle(world, SERVED);
      await requireBackup(world, "s");
      assert.deepEqual(await world.heldBy("a"), await world.heldBy("s"));
    },
  },
  {
    name: "the machine is lost",
    labels: ["a2", "s"],
    begin: backedUp,
    async tell(world) {
      world.node("a").destroy();
      world.startNode("a", "a2");
      await requireSettledBackup(world, "a2");
    },
  },
  {
    name: "a machine takes over from one that still runs",
    labels: ["a", "a2", "s"],
    begin: backedUp,
    async tell(world) {
      world.startNode("a", "a2");
      await settle(world, { a: "ended", a2: "idle serving", s: "idle backed_up" });
      requireMember(world, "a2");
      // What it couldn't erase in time goes when it is started once more.
      world.node("a").restart();
      await settle(world, { a: "ended" });
      assert.deepEqual(await world.heldBy("a"), []);
    },
  },
  {
    name: "a Recovery is cancelled, and tried again with new keys",
    labels: ["a2", "a3", "s"],
    begin: backedUp,
    async tell(world) {
      await enterAlone(world);
      world.contract.network.accept("a", "full", CANCEL);
      world.programs.get("s")?.resume();
      await tryAgain(world);
    },
  },
  {
    name: "a Recovery expires, and is tried again with new keys",
    labels: ["a2", "a3", "s"],
    begin: backedUp,
    async tell(world) {
      await enterAlone(world);
      world.contract.network.height += RECOVERY_BLOCKS;
      world.programs.get("s")?.resume();
      await tryAgain(world);
    },
  },
  {
    name: "a Resharing overtakes a Recovery and is cancelled",
    labels: ["a2", "a3", "s"],
    begin: backedUp,
    async tell(world) {
      await enterAlone(world);
      startResharing(world, { threshold: 2 });
      world.programs.get("s")?.resume();
      await settle(world, { a2: "idle mismatch_outside_running", s: "idle backed_up" });
      cancelResharing(world, ["b", "c"]);
      await tryAgain(world);
    },
  },
  {
    name: "the backup service is lost and replaced",
    labels: ["a", "s2"],
    begin: backedUp,
    async tell(world) {
      world.programs.get("s")?.destroy();
      world.startService("a", "s2");
      await settle(world, { a: "idle serving", s2: "blocked OTHER_SERVICE_REGISTERED" });
      world.contract.network.accept("a", "full", service("a", "s2", "s2"), 1n);
      await settle(world, { a: "idle serving", s2: "idle backed_up" });
      await requireBackup(world, "s2");
    },
  },
  {
    name: "the account leaves the network",
    labels: ["a", "s"],
    begin: backedUp,
    async tell(world) {
      admitCandidate(world, "d");
      startResharing(world, { leave: ["a"], join: ["d"], threshold: 2 });
      await settle(world, SERVED);
      await completeResharing(world, []);
      await settle(world, { a: "blocked STORAGE_DEPOSIT_MISSING", s: "idle not_a_participant" });
      assert.deepEqual(await world.heldBy("s"), []);
      assert.deepEqual(await world.heldBy("a"), []);
    },
  },
];

/** The new machine enters Recovery, and nobody sends it shares. */
async function enterAlone(world: World): Promise<void> {
  world.node("a").destroy();
  world.programs.get("s")?.suspend();
  world.startNode("a", "a2");
  await settle(world, { a2: "idle awaiting_keyshares of recovery 0" });
}

async function tryAgain(world: World): Promise<void> {
  await settle(world, { a2: REFUSED, s: "idle backed_up" });
  world.contract.network.height += COOLDOWN_BLOCKS;
  const disk = world.node("a2").disk();
  world.node("a2").destroy();
  world.startNode("a", "a3", disk);
  await requireSettledBackup(world, "a3");
}

/** The machine comes to serve, listed and with a whole backup. */
export async function requireSettledBackup(world: World, label: string): Promise<void> {
  await settle(world, { [label]: "idle serving", s: "idle backed_up" });
  requireMember(world, label);
  await requireBackup(world, label);
  await requireBackup(world, "s");
}
