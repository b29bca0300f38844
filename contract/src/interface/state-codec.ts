/** The JSON of `state()`: externally tagged, fields in the order of contract.md §1. */
import type { ProposalKey, RecoveryId } from "../protocol/brand.ts";
import { unreachable } from "../protocol/errors.ts";
import type {
  InitializingState,
  KeyEvent,
  KeyForDomain,
  Keyset,
  Participants,
  ProtocolState,
  RecoveryState,
  ResharingState,
  RunningState,
  Votes,
} from "../protocol/state.ts";
import { fromDomainKeyObject, toDomainKeyObject } from "./domain-key.ts";
import type { stateResult } from "./results.ts";
import type { Decoded } from "./schema.ts";
import type { Base58Decode } from "./text-formats.ts";

/** What `state()` answers, decoded. */
export type StateJson = Decoded<typeof stateResult>;
type Variant<Kind extends string> =
  Extract<StateJson, Record<Kind, unknown>> extends Record<Kind, infer V> ? V : never;
export type RunningJson = Variant<"Running">;
type KeyForDomainJson = RunningJson["keyset"]["domains"][number];
type KeyEventJson = Variant<"Resharing">["resharing_key"];

export function encodeState(state: ProtocolState, base58Decode: Base58Decode): StateJson {
  switch (state.kind) {
    case "NotInitialized":
      return "NotInitialized";
    case "Initializing":
      return { Initializing: encodeInitializing(state, base58Decode) };
    case "Running":
      return { Running: encodeRunning(state, base58Decode) };
    case "Resharing":
      return { Resharing: encodeResharing(state, base58Decode) };
    case "Recovery":
      return {
        Recovery: {
          previous_running_state: encodeRunning(state.previous_running_state, base58Decode),
          recovery_id: state.recovery_id,
          prospective_participants: prospectiveParticipants(state),
          recovering: state.recovering,
          cancel_votes: state.cancel_votes,
        },
      };
    default:
      return unreachable(state);
  }
}

/** The participants as they will be when the Recovery concludes. */
export function prospectiveParticipants(state: RecoveryState): Participants {
  const { account_id, participant_id, prospective_info } = state.recovering;
  const { participants } = state.previous_running_state.parameters;
  return {
    next_id: participants.next_id,
    participants: participants.participants.map((entry) =>
      entry[0] === account_id ? [account_id, participant_id, prospective_info] : entry,
    ),
  };
}

/**
 * The inverse of `encodeState`, but for what is not on the wire: a Recovery is taken for never
 * replaced, votes are named by their JSON.
 */
export function decodeState(json: StateJson): ProtocolState {
  if (json === "NotInitialized") return { kind: "NotInitialized" };
  if ("Initializing" in json) return decodeInitializing(json.Initializing);
  if ("Running" in json) return decodeRunning(json.Running);
  if ("Resharing" in json) return decodeResharing(json.Resharing);
  const { previous_running_state, prospective_participants: _, ...recovery } = json.Recovery;
  const first_recovery_id: RecoveryId = recovery.recovery_id;
  return {
    kind: "Recovery",
    previous_running_state: decodeRunning(previous_running_state),
    ...recovery,
    first_recovery_id,
    attestation: null,
  };
}

export function encodeRunning(state: RunningState, base58Decode: Base58Decode): RunningJson {
  return {
    domains: state.domains,
    keyset: encodeKeyset(state.keyset, base58Decode),
    parameters: state.parameters,
    parameters_votes: encodeVotes(state.parameters_votes),
    add_domains_votes: encodeVotes(state.add_domains_votes),
    previously_cancelled_resharing_epoch_id: state.previously_cancelled_resharing_epoch_id,
    participants_revision: state.participants_revision,
  };
}

export function decodeRunning(json: RunningJson): RunningState {
  return {
    kind: "Running",
    ...json,
    keyset: decodeKeyset(json.keyset),
    parameters_votes: decodeVotes(json.parameters_votes),
    add_domains_votes: decodeVotes(json.add_domains_votes),
  };
}

interface VotesJson<Proposal> {
  readonly proposal_by_account: Readonly<Record<string, Proposal>>;
}

function encodeVotes<Proposal>(votes: Votes<Proposal>): VotesJson<Proposal> {
  const proposal_by_account: Record<string, Proposal> = {};
  for (const [voter, key] of Object.entries(votes.key_by_voter)) {
    const proposal = votes.proposals[key];
    if (proposal !== undefined) proposal_by_account[voter] = proposal;
  }
  return { proposal_by_account };
}

function decodeVotes<Proposal>(json: VotesJson<Proposal>): Votes<Proposal> {
  const key_by_voter: Record<string, ProposalKey> = {};
  const proposals: Record<string, Proposal> = {};
  for (const [voter, proposal] of Object.entries(json.proposal_by_account)) {
    const key = JSON.stringify(proposal) as ProposalKey;
    key_by_voter[voter] = key;
    proposals[key] = proposal;
  }
  return { key_by_voter, proposals };
}

export function encodeKeyset(keyset: Keyset, base58Decode: Base58Decode): RunningJson["keyset"] {
  return { epoch_id: keyset.epoch_id, domains: encodeKeys(keyset.domains, base58Decode) };
}

export function decodeKeyset(json: RunningJson["keyset"]): Keyset {
  return { epoch_id: json.epoch_id, domains: json.domains.map(decodeKey) };
}

export function encodeKeys(keys: readonly KeyForDomain[], base58Decode: Base58Decode): KeyForDomainJson[] {
  return keys.map(({ domain_id, key, attempt }) => ({
    domain_id,
    key: toDomainKeyObject(key, base58Decode),
    attempt,
  }));
}

function decodeKey({ domain_id, key, attempt }: KeyForDomainJson): KeyForDomain {
  return { domain_id, key: fromDomainKeyObject(key), attempt };
}

export function encodeKeyEvent(event: KeyEvent, base58Decode: Base58Decode): KeyEventJson {
  const { instance } = event;
  const public_key =
    instance?.public_key == null ? null : toDomainKeyObject(instance.public_key, base58Decode);
  const { epoch_id, domain, parameters, next_attempt_id } = event;
  const shown = instance && { ...instance, public_key };
  return { epoch_id, domain, parameters, instance: shown, next_attempt_id };
}

function decodeKeyEvent(json: KeyEventJson): KeyEvent {
  const { instance } = json;
  const public_key = instance?.public_key == null ? null : fromDomainKeyObject(instance.public_key);
  return { ...json, instance: instance && { ...instance, public_key } };
}

function encodeInitializing(state: InitializingState, base58Decode: Base58Decode): Variant<"Initializing"> {
  return {
    domains: state.domains,
    epoch_id: state.epoch_id,
    generated_keys: encodeKeys(state.generated_keys, base58Decode),
    generating_key: encodeKeyEvent(state.generating_key, base58Decode),
    cancel_votes: state.cancel_votes,
  };
}

function decodeInitializing(json: Variant<"Initializing">): InitializingState {
  return {
    kind: "Initializing",
    ...json,
    generated_keys: json.generated_keys.map(decodeKey),
    generating_key: decodeKeyEvent(json.generating_key),
    previously_cancelled_resharing_epoch_id: null,
    participants_revision: 0,
  };
}

function encodeResharing(state: ResharingState, base58Decode: Base58Decode): Variant<"Resharing"> {
  return {
    previous_running_state: encodeRunning(state.previous_running_state, base58Decode),
    reshared_keys: encodeKeys(state.reshared_keys, base58Decode),
    resharing_key: encodeKeyEvent(state.resharing_key, base58Decode),
    cancellation_requests: state.cancellation_requests,
    per_domain_thresholds: state.per_domain_thresholds,
  };
}

function decodeResharing(json: Variant<"Resharing">): ResharingState {
  return {
    kind: "Resharing",
    ...json,
    previous_running_state: decodeRunning(json.previous_running_state),
    reshared_keys: json.reshared_keys.map(decodeKey),
    resharing_key: decodeKeyEvent(json.resharing_key),
  };
}
