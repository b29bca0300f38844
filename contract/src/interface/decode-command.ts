/** The JSON arguments of a call as the core's command. */
import type { Command } from "../protocol/commands.ts";
import type { ParticipantEntry } from "../protocol/state.ts";
import { type AnyCallName, CALL_ARGUMENTS, type CallName } from "./arguments.ts";
import { readArguments } from "./decode.ts";
import type { Decoded } from "./schema.ts";
import type { Base58Decode } from "./text-formats.ts";

/** Throws a `Refusal` with the code of the bad input; for use inside `attempt`. */
export function readCommand(name: CallName, input: string, base58Decode: Base58Decode): Command {
  const args: DecodedCommand = readArguments(CALL_ARGUMENTS[name], input, base58Decode);
  return { type: name, ...args } as Command;
}

/** As `readCommand` for the call whose arguments list participants, nearly all of them the `known` members. */
export function readVoteNewParameters(
  input: string,
  base58Decode: Base58Decode,
  known: () => readonly ParticipantEntry[],
): Command {
  const type = "vote_new_parameters";
  const { prospective_epoch_id, proposal } = readArguments(CALL_ARGUMENTS[type], input, base58Decode, known);
  return { type, prospective_epoch_id, proposal };
}

type DecodedCommand = { [Name in CallName]: Decoded<(typeof CALL_ARGUMENTS)[Name]> }[CallName];

/** Compiles only while every command is what its arguments decode to. */
type CommandOf<Name extends CallName> = { readonly type: Name } & Decoded<(typeof CALL_ARGUMENTS)[Name]>;
type Mismatch = {
  [Name in CallName]: CommandOf<Name> extends Extract<Command, { type: Name }> ? never : Name;
}[CallName];
type Undecoded = Exclude<Command["type"], AnyCallName>;
export const argumentsMatchCommands: [Mismatch, Undecoded] extends [never, never] ? true : never = true;
