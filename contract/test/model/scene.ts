/** What the players of a random sequence see before they call: the contract as it is at this height. */
import type { AccountId, BlockHeight } from "../../src/protocol/brand.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { normalize, settledRecord } from "../../src/protocol/normalize.ts";
import { type AccountRecord, EMPTY_RECORD } from "../../src/protocol/records.ts";
import { findParticipant, membersOf } from "../../src/protocol/rules/members.ts";
import type { KeyEvent, ParticipantEntry, ProtocolState, RunningState } from "../../src/protocol/state.ts";
import { account } from "../support/network.ts";
import { lookupOf, type World } from "../support/world.ts";
import { nameOf, signerLabelOf } from "./cast.ts";

/** Honest participants do their part; absent ones never call; hostile ones do their part when they feel like it. */
export type Role = "honest" | "absent" | "hostile";

/** A call by labels. */
export interface SimCall {
  readonly name: string;
  readonly signer: string;
  readonly command: Command;
  readonly depositYocto: bigint;
  /** Code of `propose_update`, whose hash and length the command holds. */
  readonly code?: Uint8Array;
}

export interface Scene {
  readonly world: World;
  readonly height: number;
  readonly state: ProtocolState;
  /** The running state, or the one that Resharing and Recovery came from. */
  readonly running: RunningState | null;
  /** Names of the members. */
  readonly members: readonly string[];
  /** Members who are not absent. */
  readonly present: readonly string[];
  readonly roles: ReadonlyMap<string, Role>;
}

export function sceneOf(world: World, height: number, roles: ReadonlyMap<string, Role>): Scene {
  const state = normalize(world.state, height as BlockHeight);
  const entries = state.kind === "NotInitialized" ? [] : membersOf(state).participants;
  const members = entries.map(([id]) => nameOf(id));
  const present = members.filter((name) => roles.get(name) !== "absent");
  return { world, height, state, running: runningPart(state), members, present, roles };
}

export function runningPart(state: ProtocolState): RunningState | null {
  if (state.kind === "Running") return state;
  return state.kind === "Recovery" || state.kind === "Resharing" ? state.previous_running_state : null;
}

export function keyEventOf(state: ProtocolState): KeyEvent | null {
  if (state.kind === "Initializing") return state.generating_key;
  return state.kind === "Resharing" ? state.resharing_key : null;
}

export function recordOf({ world, height }: Scene, name: string): AccountRecord {
  const context = { height: height as BlockHeight, config: world.config, lookup: lookupOf(world) };
  return settledRecord(world.state, account(name), context) ?? EMPTY_RECORD;
}

export function memberOf({ state }: Scene, name: string): ParticipantEntry | undefined {
  return state.kind === "NotInitialized" ? undefined : findParticipant(membersOf(state), account(name));
}

/** Label of the recorded node key; a label that no account has, where none is recorded. */
export function nodeSigner(scene: Scene, name: string): string {
  const key = recordOf(scene, name).node_key;
  return key === null ? `${name}:none` : signerLabelOf(key);
}

export function serviceSigner(scene: Scene, name: string): string {
  const key = recordOf(scene, name).backup_service?.signer_account_pk;
  return key === undefined ? `${name}:none` : signerLabelOf(key);
}

export function operator(name: string, command: Command, depositYocto = 1n): SimCall {
  return { name, signer: `${name}:owner`, command, depositYocto };
}

export function by(name: string, signer: string, command: Command, depositYocto = 0n): SimCall {
  return { name, signer, command, depositYocto };
}

/** Accounts outside the set that have a record. */
export function candidates({ world, members }: Scene): string[] {
  return [...world.records.keys()].map((id: AccountId) => nameOf(id)).filter((id) => !members.includes(id));
}
