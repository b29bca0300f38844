/**
 * The protocol once more, as simple as it can be told: names instead of records, sets instead of stored votes, no keys,
 * no storage. It only follows calls that were accepted, and says what must be true of them.
 */
import assert from "node:assert/strict";
import type { Command } from "../../src/protocol/commands.ts";
import type { ParametersProposal, ParticipantInfo } from "../../src/protocol/state.ts";
import { emptyHashes, type HashModel } from "./reference-hashes.ts";
import { STEPS } from "./reference-steps.ts";
import { listed } from "./reference-votes.ts";
import type { SimCall } from "./scene.ts";

export interface ModelKeyEvent {
  readonly epoch: number;
  readonly domain: number;
  /** Who must take part, by id. */
  readonly ids: readonly number[];
  attempt: number;
  running: { readonly endsOn: number; readonly done: Set<number>; key: string | null } | null;
}

export interface Model {
  phase: "NotInitialized" | "Initializing" | "Running" | "Resharing" | "Recovery";
  members: Map<string, number>;
  nextId: number;
  threshold: number;
  epoch: number;
  cancelledEpoch: number | null;
  revision: number;
  domains: number[];
  nextDomain: number;
  /** Key and attempt by domain. */
  keys: Map<number, readonly [key: string, attempt: number]>;
  parameterVotes: Map<string, string>;
  domainVotes: Map<number, string>;
  cancelVotes: Set<string>;
  event: ModelKeyEvent | null;
  reshared: Map<number, number>;
  proposal: ParametersProposal | null;
  recovery: { name: string; id: number; first: number; endsOn: number; info: ParticipantInfo } | null;
  recoveries: number;
  updates: {
    readonly id: number;
    readonly by: string;
    readonly config: unknown;
    readonly votes: Set<string>;
  }[];
  nextUpdate: number;
  readonly hashes: HashModel;
  deposits: Set<string>;
  keyEventBlocks: number;
  recoveryBlocks: number;
}

export function emptyModel(): Model {
  return {
    phase: "NotInitialized",
    members: new Map(),
    nextId: 0,
    threshold: 0,
    epoch: 0,
    cancelledEpoch: null,
    revision: 0,
    domains: [],
    nextDomain: 0,
    keys: new Map(),
    parameterVotes: new Map(),
    domainVotes: new Map(),
    cancelVotes: new Set(),
    event: null,
    reshared: new Map(),
    proposal: null,
    recovery: null,
    recoveries: 0,
    updates: [],
    nextUpdate: 0,
    hashes: emptyHashes(),
    deposits: new Set(),
    keyEventBlocks: 0,
    recoveryBlocks: 0,
  };
}

/** What the passing of blocks does. */
export function settleModel(model: Model, height: number): void {
  if (model.event?.running && height >= model.event.running.endsOn) model.event.running = null;
  if (model.recovery && height >= model.recovery.endsOn) endRecovery(model);
}

/** Follows a call that the contract accepted; `changed` is false when it had no effect. */
export function follow(model: Model, call: SimCall, height: number, changed: boolean): void {
  const { command, name } = call;
  requireStanding(model, command, name);
  if (!changed) return;
  const step = STEPS[command.type] as
    | ((m: Model, c: Command, name: string, height: number) => void)
    | undefined;
  step?.(model, command, name, height);
}

const ANYONE: readonly Command["type"][] = [
  "init",
  "init_running",
  "migrate",
  "submit_participant_info",
  "storage_deposit",
  "storage_withdraw",
  "storage_unregister",
  "sign",
  "return_signature_and_clean_state_on_success",
  "anchor",
  "confirm_handover",
];
const PROPOSED: readonly Command["type"][] = [
  "vote_new_parameters",
  "start_reshare_instance",
  "vote_reshared",
  "vote_abort_key_event_instance",
  "register_backup_service",
  "submit_ephemeral_key",
  "confirm_backup",
  "confirm_recovery",
];

/** No outsider's call is ever accepted, except where candidates make themselves known. */
function requireStanding(model: Model, command: Command, name: string): void {
  if (ANYONE.includes(command.type) || model.members.has(name)) return;
  const proposal = command.type === "vote_new_parameters" ? command.proposal : model.proposal;
  const isProposed = PROPOSED.includes(command.type) && proposal !== null && listed(proposal).includes(name);
  assert.ok(isProposed, `${name} is an outsider, but its ${command.type} was accepted`);
}

/** Running again, with or without the new info. */
export function endRecovery(model: Model): void {
  model.phase = "Running";
  model.recovery = null;
  model.cancelVotes.clear();
}
