import { type Dice, diceOf } from "../../contract/test/model/dice.ts";

/** Which program of an operator; also the order in which they are counted. */
export type ProgramKind = "node" | "backup";

/** A program that is killed with SIGKILL once it wrote so many more lines of its log, or rests, and started again. */
export interface Kill {
  /** Position among the members; 0 is never killed, so that one operator's programs live through the whole run. */
  readonly member: 1 | 2;
  readonly program: ProgramKind;
  readonly afterLines: number;
}

export const TROUBLES = ["refused", "silent", "error_500", "cut_off", "not_json"] as const;
/** How an operator's RPC endpoint fails. */
export type RpcTrouble = (typeof TROUBLES)[number];

/** What happens in one round; whatever it is, the network must come to rest afterwards. */
export type Round =
  | { readonly act: "kill"; readonly kills: readonly Kill[] }
  | {
      readonly act: "rpc_fails";
      readonly member: 0 | 1 | 2;
      readonly trouble: RpcTrouble;
      readonly millis: number;
      readonly kills: readonly Kill[];
    }
  /** The node's machine is gone with its disk; a new one comes back. `oldReturns`: the old one is switched on again. */
  | {
      readonly act: "lose_node";
      readonly member: 1 | 2;
      readonly oldReturns: boolean;
      readonly kills: readonly Kill[];
    }
  | { readonly act: "lose_backup"; readonly member: 1 | 2; readonly kills: readonly Kill[] }
  /** `leaver` goes and the operator outside comes; null: new shares for the same. */
  | {
      readonly act: "reshare";
      readonly leaver: 1 | 2 | null;
      readonly end: "done" | "cancelled";
      readonly kills: readonly Kill[];
    };

const MOST_KILLS = 4;
const MOST_LINES = 5;
const LEAST_TROUBLE_MILLIS = 1_000;
const MOST_TROUBLE_MILLIS = 8_000;

/** The same seed gives the same rounds; when exactly a process is hit is up to the machine. */
export function* planOf(seed: number): Generator<Round> {
  const dice = diceOf(seed);
  for (;;) yield roundOf(dice);
}

function roundOf(dice: Dice): Round {
  const act = dice.pick(["kill", "rpc_fails", "lose_node", "lose_node", "lose_backup", "reshare"] as const);
  const kills = killsOf(dice, act === "kill" ? 1 : 0);
  switch (act) {
    case "kill":
      return { act, kills };
    case "rpc_fails":
      return {
        act,
        member: dice.pick([0, 1, 2] as const),
        trouble: dice.pick(TROUBLES),
        millis: LEAST_TROUBLE_MILLIS + dice.below(MOST_TROUBLE_MILLIS - LEAST_TROUBLE_MILLIS),
        kills,
      };
    case "lose_node":
      return { act, member: dice.pick([1, 2] as const), oldReturns: dice.chance(50), kills };
    case "lose_backup":
      return { act, member: dice.pick([1, 2] as const), kills };
    case "reshare":
      return {
        act,
        leaver: dice.pick([1, 2, null] as const),
        end: dice.chance(75) ? "done" : "cancelled",
        kills,
      };
  }
}

function killsOf(dice: Dice, atLeast: number): Kill[] {
  return Array.from({ length: atLeast + dice.below(MOST_KILLS) }, () => ({
    member: dice.pick([1, 2] as const),
    program: dice.pick(["node", "backup"] as const),
    afterLines: 1 + dice.below(MOST_LINES),
  }));
}

/** One line for the timeline. */
export function describeRound(round: Round): string {
  const { act, kills, ...more } = round;
  const killed = kills.map(({ member, program, afterLines }) => `${program} ${member} after ${afterLines}`);
  const details = Object.entries(more).map(([name, value]) => `${name} ${value}`);
  return [act, ...details, ...(killed.length > 0 ? [`kills: ${killed.join(", ")}`] : [])].join("; ");
}
