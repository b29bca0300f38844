import { HandoverError } from "../../../sdk/src/handover/handover-error.ts";
import {
  acceptSeed,
  advanceReceiver,
  beginHandover,
  type ReceiverEntry,
  type ReceiverOperation,
  receiverPhase,
} from "../../../sdk/src/handover/receiver.ts";
import {
  advanceSender,
  answerRequest,
  type SenderEntry,
  type SenderOperation,
  senderPhase,
} from "../../../sdk/src/handover/sender.ts";
import type { Settlement } from "../../../sdk/src/handover/settlement.ts";
import type { HandoverTerms } from "../../../sdk/src/handover/terms.ts";
import type { StateSpace, Step } from "../../../sdk/test/handover/explorer.ts";
import type { OpeningEntry } from "../../enclave/opening.ts";
import { type Role, roleOf } from "../../enclave/roles.ts";

/** One program, in whatever role: what it wrote down, and what a crash takes from it. */
export interface Program {
  readonly serving: boolean;
  readonly seed: boolean;
  readonly opening: readonly OpeningEntry[];
  readonly receiver: readonly ReceiverEntry[];
  readonly sender: readonly SenderEntry[];
  readonly todo: readonly Operation[];
}

type Operation =
  | { readonly as: "receiver"; readonly operation: ReceiverOperation }
  | { readonly as: "sender"; readonly operation: SenderOperation };

/** Three programs in a row: the first serves, the k-th hands over to the one after it in handover k. */
export interface World {
  readonly programs: readonly Program[];
  /** Under way, by handover. Delivery may leave a copy behind. */
  readonly requests: readonly number[];
  readonly envelopes: readonly number[];
  readonly confirms: readonly number[];
  /** A chain that is dead is one that nobody sees and that gets no call: both are possible at any time. */
  readonly chain: {
    readonly time: number;
    readonly receipts: readonly (number | null)[];
  };
}

/** What the program looks at once it is started, and then and when; `both` is a mistake. */
export type Looks = "by_role" | "both";

/**
 * All that can happen from where the second program has the seed on disk and its receipt is on its way: until the first
 * knows, and until the seed has gone on to the third. What comes before is searched for two programs alone.
 */
export function chainSpace(looks: Looks): StateSpace<World> {
  const nothing = { serving: false, seed: false, opening: [], receiver: [], sender: [], todo: [] };
  const terms = termsOf(0);
  const { handover } = terms;
  const first: Program = {
    ...{ ...nothing, seed: true, opening: [{ type: "opened", commitment: "00" }] },
    sender: [
      { type: "challenged", handover, at: 0 },
      { type: "stopped", terms },
    ],
  };
  const asked = { type: "asked", terms } as const;
  const second: Program = { ...nothing, seed: true, receiver: [asked, { type: "stored", handover }] };
  return {
    initial: {
      programs: [first, second, nothing],
      ...{ requests: [], envelopes: [], confirms: [0] },
      chain: { time: 0, receipts: [null, null] },
    },
    next: (world) => [
      ...world.programs.flatMap((_, index) => programSteps(world, index, looks)),
      ...chainSteps(world),
      ...losses(world),
    ],
    forbidden: {
      "nobody holds the seed": ({ programs }) => !programs.some(({ seed }) => seed),
      "two programs are active": ({ programs }) => programs.filter(({ serving }) => serving).length > 1,
      "a program is active without the seed": ({ programs }) =>
        programs.some(({ serving, seed }) => serving && !seed),
    },
    goal: ({ programs }) => programs.filter(({ serving }) => serving).length === 1,
  };
}

function programSteps(world: World, index: number, looks: Looks): Step<World>[] {
  const program = world.programs[index]!;
  const name = "ABC"[index];
  const crash = { label: `${name} crashes`, state: withProgram(world, index, { serving: false, todo: [] }) };
  const [operation, ...todo] = program.todo;
  if (operation !== undefined) return [crash, perform(withProgram(world, index, { todo }), index, operation)];
  const role = roleOf(program.opening, program.receiver, program.sender);
  const asReceiver = looks === "both" && role.kind === "owner" ? [...receiverLooks(world, index)] : [];
  return [crash, ...stepsAs(world, index, role), ...asReceiver].map(({ label, state }) => ({
    label: `${name}: ${label}`,
    state,
  }));
}

function stepsAs(world: World, index: number, role: Role): Step<World>[] {
  const program = world.programs[index]!;
  switch (role.kind) {
    case "gone":
    case "opening":
      return [];
    case "new":
      return begins(world, index);
    case "taking_over":
      return [
        ...receiverLooks(world, index),
        ...deliveries(world, "envelopes", index - 1).flatMap((after) =>
          decided(after, index, "gets the envelope", "receiver", () =>
            acceptSeed(program.receiver, String(index - 1)),
          ),
        ),
      ];
    case "owner":
      return [
        ...viewsOf(world, senderPhase(program.sender)).flatMap((settlement) =>
          decided(world, index, `as sender sees ${JSON.stringify(settlement)}`, "sender", () =>
            advanceSender(program.sender, settlement, program.serving),
          ),
        ),
        ...deliveries(world, "requests", index).flatMap((after) =>
          decided(after, index, "gets a request", "sender", () =>
            answerRequest(program.sender, termsOf(index)),
          ),
        ),
        ...challenges(world, index),
      ];
  }
}

function receiverLooks(world: World, index: number): Step<World>[] {
  const { receiver, serving } = world.programs[index]!;
  return viewsOf(world, receiverPhase(receiver)).flatMap((settlement) =>
    decided(world, index, `as receiver sees ${JSON.stringify(settlement)}`, "receiver", () =>
      advanceReceiver(receiver, settlement, serving),
    ),
  );
}

function challenges(world: World, index: number): Step<World>[] {
  const { sender, serving } = world.programs[index]!;
  if (!serving || sender.length > 0 || index >= world.chain.receipts.length) return [];
  const challenged = { type: "challenged", handover: String(index), at: world.chain.time } as const;
  return [{ label: "challenges", state: withProgram(world, index, { sender: [challenged] }) }];
}

function begins(world: World, index: number): Step<World>[] {
  const program = world.programs[index]!;
  const isChallenged = world.programs[index - 1]!.sender.length > 0;
  // A receiver tries a challenge once.
  if (!isChallenged || program.receiver.length > 0) return [];
  return decided(world, index, "begins", "receiver", () =>
    beginHandover(program.receiver, termsOf(index - 1)),
  );
}

function decided(
  world: World,
  index: number,
  label: string,
  as: Operation["as"],
  decide: () => readonly (ReceiverOperation | SenderOperation)[],
): Step<World>[] {
  try {
    const todo = decide().map((operation) => ({ as, operation }) as Operation);
    return todo.length === 0 ? [] : [{ label, state: withProgram(world, index, { todo }) }];
  } catch (error) {
    if (error instanceof HandoverError) return [];
    throw error;
  }
}

function perform(world: World, index: number, { as, operation }: Operation): Step<World> {
  const program = world.programs[index]!;
  const set = (change: Partial<Program>) => withProgram(world, index, change);
  const label = `${"ABC"[index]} as ${as}: ${operation.op}`;
  switch (operation.op) {
    case "append": {
      const entries = [...program[as], operation.entry];
      return { label: `${label} ${operation.entry.type}`, state: set({ [as]: entries }) };
    }
    case "stop_serving":
      return { label, state: set({ serving: false }) };
    case "start_serving":
      // Without a seed there the program fails, and stays closed.
      return { label, state: set({ serving: program.seed }) };
    case "write_seed":
      return { label, state: set({ seed: true }) };
    case "erase_seed":
      return { label, state: set({ seed: false }) };
    case "send_request":
      return { label, state: withMessage(world, "requests", index - 1) };
    case "send_envelope":
      return { label, state: withMessage(world, "envelopes", index) };
    case "confirm_on_chain":
      return { label, state: withMessage(world, "confirms", index - 1) };
  }
}

function chainSteps(world: World): Step<World>[] {
  const { chain } = world;
  const set = (change: Partial<World["chain"]>, from = world): World => ({
    ...from,
    chain: { ...chain, ...change },
  });
  const last = chain.receipts.length;
  const passes = chain.time < last ? [{ label: "time passes", state: set({ time: chain.time + 1 }) }] : [];
  const confirmed = chain.receipts.flatMap((taken, handover) =>
    deliveries(world, "confirms", handover).map((after) => {
      const isTaken = taken === null && chain.time < termsOf(handover).expires;
      const receipts = isTaken ? chain.receipts.with(handover, chain.time) : chain.receipts;
      return { label: `contract gets receipt ${handover}`, state: set({ receipts }, after) };
    }),
  );
  return [...passes, ...confirmed];
}

type Kind = "requests" | "envelopes" | "confirms";

function losses(world: World): Step<World>[] {
  return (["requests", "envelopes", "confirms"] as const).flatMap((kind) =>
    world[kind].map((handover) => ({
      label: `${kind} ${handover} lost`,
      state: { ...world, [kind]: world[kind].filter((each) => each !== handover) },
    })),
  );
}

/** The worlds after this message arrives: gone, or still there as a copy. */
function deliveries(world: World, kind: Kind, handover: number): World[] {
  if (!world[kind].includes(handover)) return [];
  return [{ ...world, [kind]: world[kind].filter((each) => each !== handover) }, { ...world }];
}

function withMessage(world: World, kind: Kind, handover: number): World {
  return { ...world, [kind]: [...new Set([...world[kind], handover])].sort() };
}

function withProgram(world: World, index: number, change: Partial<Program>): World {
  return { ...world, programs: world.programs.with(index, { ...world.programs[index]!, ...change }) };
}

/** Every proven view that a program may get of its handover, the present one and old ones, and none at all. */
function viewsOf(
  { chain }: World,
  phase: { readonly kind: string; readonly terms?: HandoverTerms },
): Settlement[] {
  const unseen = { kind: "unseen" } as const;
  if (phase.terms === undefined) return [unseen];
  const taken = chain.receipts[Number(phase.terms.handover)]!;
  const receipt = { receipt_hash: "", signature: "" };
  const seen = Array.from({ length: chain.time + 1 }, (_, time): Settlement[] => {
    const without = { kind: "seen", time, receipt: null } as const;
    if (taken === null || time < taken) return [without];
    return time === taken ? [without, { ...without, receipt }] : [{ ...without, receipt }];
  });
  return [unseen, ...seen.flat()];
}

function termsOf(handover: number): HandoverTerms {
  const about = { network: "testnet", contract: "mpc.testnet", version: 1, commitment: "00" };
  const ends = { from: `ed25519:${handover}`, to: `ed25519:${handover + 1}` };
  return { ...about, ...ends, handover: String(handover), expires: handover + 1 };
}
