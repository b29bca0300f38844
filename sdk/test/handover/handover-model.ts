import { HandoverError } from "../../src/handover/handover-error.ts";
import {
  acceptSeed,
  advanceReceiver,
  beginHandover,
  type ReceiverEntry,
  type ReceiverOperation,
  receiverPhase,
} from "../../src/handover/receiver.ts";
import {
  advanceSender,
  answerRequest,
  type SenderEntry,
  type SenderOperation,
  senderPhase,
} from "../../src/handover/sender.ts";
import type { Settlement } from "../../src/handover/settlement.ts";
import type { HandoverTerms } from "../../src/handover/terms.ts";
import type { StateSpace, Step } from "./explorer.ts";

/** Operations of the real order, and those that wrong orders are made of. */
export type SenderStep = SenderOperation;
export type ReceiverStep = ReceiverOperation | { readonly op: "write_unsynced" } | { readonly op: "sync" };

/** Both programs, what is on the way between them, and the chain. */
export interface World {
  readonly sender: {
    readonly serving: boolean;
    readonly seed: boolean;
    readonly entries: readonly SenderEntry[];
    /** Decided, not done yet; lost in a crash. */
    readonly todo: readonly SenderStep[];
  };
  readonly receiver: {
    readonly serving: boolean;
    /** Only what is synced outlives a crash. */
    readonly seed: "none" | "cached" | "synced";
    readonly entries: readonly ReceiverEntry[];
    readonly todo: readonly ReceiverStep[];
  };
  /** Messages under way, by handover. Delivery may leave a copy behind. */
  readonly requests: readonly number[];
  readonly envelopes: readonly number[];
  readonly confirms: readonly number[];
  readonly chain: {
    readonly alive: boolean;
    readonly time: number;
    /** When the contract took each handover's receipt; null while it hasn't. */
    readonly receipts: readonly (number | null)[];
  };
}

/** How a wrong order differs from the real one: the operations that the real code decided on, changed. */
export interface Disorder {
  readonly sender?: (operations: readonly SenderStep[]) => readonly SenderStep[];
  readonly receiver?: (operations: readonly ReceiverStep[]) => readonly ReceiverStep[];
  /** What the sender takes for the chain's word. */
  readonly settlement?: (settlement: Settlement, terms: HandoverTerms) => Settlement;
}

/** All that can happen in `handovers` attempts, the k-th of which expires at time k + 1. */
export function handoverSpace(handovers: number, disorder: Disorder = {}): StateSpace<World> {
  return {
    initial: {
      sender: { serving: true, seed: true, entries: [], todo: [] },
      receiver: { serving: false, seed: "none", entries: [], todo: [] },
      requests: [],
      envelopes: [],
      confirms: [],
      chain: { alive: true, time: 0, receipts: Array.from({ length: handovers }, () => null) },
    },
    next: (world) => [
      ...senderSteps(world, disorder),
      ...receiverSteps(world, disorder),
      ...chainSteps(world, handovers),
      ...losses(world),
    ],
    forbidden: {
      "nobody holds the seed": ({ sender, receiver }) => !sender.seed && receiver.seed !== "synced",
      "two programs are active": ({ sender, receiver }) => sender.serving && receiver.serving,
      "a program is active without the seed": ({ sender, receiver }) =>
        (sender.serving && !sender.seed) || (receiver.serving && receiver.seed === "none"),
    },
    goal: ({ sender, receiver, chain }) => chain.alive && sender.serving !== receiver.serving,
  };
}

function senderSteps(world: World, disorder: Disorder): Step<World>[] {
  const { sender } = world;
  const set = (change: Partial<World["sender"]>) => ({ ...world, sender: { ...sender, ...change } });
  // It starts again at once: a program that is down does nothing, which every other order of events covers.
  const crash = { label: "sender crashes", state: set({ serving: false, todo: [] }) };
  const [operation, ...todo] = sender.todo;
  if (operation !== undefined) return [crash, doAsSender(set({ todo }), operation)];
  const decide = (label: string, decided: () => readonly SenderStep[], from = world): Step<World>[] => {
    const chosen = (disorder.sender ?? same)(orNothing(decided));
    return chosen.length === 0 && from === world
      ? []
      : [{ label, state: { ...from, sender: { ...from.sender, todo: chosen } } }];
  };
  const looks = viewsOf(world, senderPhase(sender.entries)).flatMap(([settlement, terms]) => {
    const seen = terms === null ? settlement : (disorder.settlement ?? same)(settlement, terms);
    return decide(`sender sees ${JSON.stringify(settlement)}`, () =>
      advanceSender(sender.entries, seen, sender.serving),
    );
  });
  const asked = deliveries(world, "requests").flatMap(([handover, after]) =>
    decide(`sender gets request ${handover}`, () => answerRequest(sender.entries, termsOf(handover)), after),
  );
  return [crash, ...looks, ...asked, ...challenges(world)];
}

/** The sender hands out its next challenge, once the one before is spent. */
function challenges(world: World): Step<World>[] {
  const { sender, chain } = world;
  const next = sender.entries.filter(({ type }) => type === "challenged").length;
  const isFree = sender.serving && sender.entries.filter(({ type }) => type === "resumed").length === next;
  if (!isFree || next >= chain.receipts.length) return [];
  const entries = [...sender.entries, { type: "challenged", handover: String(next), at: null } as const];
  return [{ label: `challenge ${next}`, state: { ...world, sender: { ...sender, entries } } }];
}

function doAsSender(world: World, operation: SenderStep): Step<World> {
  const { sender } = world;
  const set = (change: Partial<World["sender"]>) => ({ ...world, sender: { ...sender, ...change } });
  const label = `sender: ${operation.op}`;
  switch (operation.op) {
    case "stop_serving":
      return { label, state: set({ serving: false }) };
    case "start_serving":
      return { label, state: set({ serving: true }) };
    case "append":
      return {
        label: `${label} ${operation.entry.type}`,
        state: set({ entries: [...sender.entries, operation.entry] }),
      };
    case "erase_seed":
      return { label, state: set({ seed: false }) };
    case "send_envelope":
      return { label, state: withMessage(world, "envelopes", Number(operation.terms.handover)) };
  }
}

function receiverSteps(world: World, disorder: Disorder): Step<World>[] {
  const { receiver } = world;
  const set = (change: Partial<World["receiver"]>) => ({ ...world, receiver: { ...receiver, ...change } });
  const kept = receiver.seed === "cached" ? "none" : receiver.seed;
  const crash = {
    label: "receiver crashes",
    state: set({ serving: false, seed: kept, todo: [] }),
  };
  const [operation, ...todo] = receiver.todo;
  if (operation !== undefined) return [crash, doAsReceiver(set({ todo }), operation)];
  const decide = (label: string, decided: () => readonly ReceiverStep[], from = world): Step<World>[] => {
    const chosen = (disorder.receiver ?? same)(orNothing(decided));
    return chosen.length === 0 && from === world
      ? []
      : [{ label, state: { ...from, receiver: { ...from.receiver, todo: chosen } } }];
  };
  const phase = receiverPhase(receiver.entries);
  const looks = viewsOf(world, phase).flatMap(([settlement]) =>
    decide(`receiver sees ${JSON.stringify(settlement)}`, () =>
      advanceReceiver(receiver.entries, settlement, receiver.serving),
    ),
  );
  const gets = deliveries(world, "envelopes").flatMap(([handover, after]) =>
    decide(`receiver gets envelope ${handover}`, () => acceptSeed(receiver.entries, String(handover)), after),
  );
  const challenge = world.sender.entries.filter(({ type }) => type === "challenged").length - 1;
  const isNew = !receiver.entries.some(
    (entry) => entry.type === "asked" && Number(entry.terms.handover) >= challenge,
  );
  const begins = challenge >= 0 && isNew && phase.kind === "empty";
  const begin = begins
    ? decide(`receiver begins ${challenge}`, () => beginHandover(receiver.entries, termsOf(challenge)))
    : [];
  return [crash, ...looks, ...gets, ...begin];
}

function doAsReceiver(world: World, operation: ReceiverStep): Step<World> {
  const { receiver } = world;
  const set = (change: Partial<World["receiver"]>) => ({ ...world, receiver: { ...receiver, ...change } });
  const label = `receiver: ${operation.op}`;
  switch (operation.op) {
    case "append":
      return {
        label: `${label} ${operation.entry.type}`,
        state: set({ entries: [...receiver.entries, operation.entry] }),
      };
    case "send_request":
      return { label, state: withMessage(world, "requests", Number(operation.terms.handover)) };
    case "confirm_on_chain":
      return { label, state: withMessage(world, "confirms", Number(operation.terms.handover)) };
    case "write_seed":
    case "sync":
      return { label, state: set({ seed: "synced" }) };
    case "write_unsynced":
      return { label, state: set({ seed: receiver.seed === "synced" ? "synced" : "cached" }) };
    case "erase_seed":
      return { label, state: set({ seed: "none" }) };
    case "start_serving":
      return { label, state: set({ serving: true }) };
  }
}

function chainSteps(world: World, handovers: number): Step<World>[] {
  const { chain } = world;
  const set = (change: Partial<World["chain"]>, from = world) => ({
    ...from,
    chain: { ...chain, ...change },
  });
  if (!chain.alive) return [{ label: "chain comes back", state: set({ alive: true }) }];
  const dies = { label: "chain dies", state: set({ alive: false }) };
  const passes = { label: "time passes", state: set({ time: chain.time + 1 }) };
  const confirmed = deliveries(world, "confirms").map(([handover, after]) => {
    // What the contract must do: no receipt once the handover has expired, and never another one.
    const isTaken = chain.time <= handover && chain.receipts[handover] === null;
    const receipts = isTaken ? chain.receipts.with(handover, chain.time) : chain.receipts;
    return { label: `contract gets receipt ${handover}`, state: set({ receipts }, after) };
  });
  return [dies, ...(chain.time < handovers ? [passes] : []), ...confirmed];
}

function losses(world: World): Step<World>[] {
  return (["requests", "envelopes", "confirms"] as const).flatMap((kind) =>
    world[kind].map((handover) => ({
      label: `${kind} ${handover} is lost`,
      state: { ...world, [kind]: world[kind].filter((each) => each !== handover) },
    })),
  );
}

/** Each message that may arrive now, with the world after it: gone, or still there as a duplicate. */
function deliveries(world: World, kind: "requests" | "envelopes" | "confirms"): [number, World][] {
  return world[kind].flatMap((handover): [number, World][] => [
    [handover, { ...world, [kind]: world[kind].filter((each) => each !== handover) }],
    [handover, { ...world }],
  ]);
}

function withMessage(world: World, kind: "requests" | "envelopes" | "confirms", handover: number): World {
  return { ...world, [kind]: [...new Set([...world[kind], handover])].sort() };
}

/** Every view of the chain that a program may get, the present one and old ones, and none at all. */
function viewsOf(
  { chain }: World,
  phase: { readonly kind: string; readonly terms?: HandoverTerms },
): [Settlement, HandoverTerms | null][] {
  const terms = phase.terms ?? null;
  const taken = terms === null ? null : chain.receipts[Number(terms.handover)]!;
  const unseen: [Settlement, HandoverTerms | null] = [{ kind: "unseen" }, terms];
  if (!chain.alive) return [unseen];
  const old = Array.from({ length: chain.time + 1 }, (_, time) => time).flatMap((time): Settlement[] => {
    const without = { kind: "seen", time, receipt: null } as const;
    const present = { ...without, receipt: { receipt_hash: "", signature: "" } };
    if (taken === null || time < taken) return [without];
    return time === taken ? [without, present] : [present];
  });
  return [unseen, ...old.map((settlement): [Settlement, HandoverTerms | null] => [settlement, terms])];
}

function termsOf(handover: number): HandoverTerms {
  const name = { network: "testnet", contract: "mpc.testnet", version: 1, commitment: "00" };
  const between = { from: "ed25519:1", to: "ed25519:2" };
  return { ...name, ...between, handover: String(handover), expires: handover + 1 };
}

function orNothing<Operation>(decide: () => readonly Operation[]): readonly Operation[] {
  try {
    return decide();
  } catch (error) {
    if (error instanceof HandoverError) return [];
    throw error;
  }
}

function same<Value>(value: Value): Value {
  return value;
}
