import { proposalKey } from "../../../contract/src/interface/proposal-key.ts";
import type {
  AccountId,
  EpochId,
  ProposalKey,
  RecoveryId,
  UpdateId,
} from "../../../contract/src/protocol/brand.ts";
import { DEFAULT_CONFIG } from "../../../contract/src/protocol/limits.ts";
import type { Config, Counters, Updates } from "../../../contract/src/protocol/records.ts";
import type {
  DomainConfig,
  ParametersProposal,
  ProtocolState,
  RunningState,
  Votes,
} from "../../../contract/src/protocol/state.ts";
import { config, proposedUpdates, recoveryInfo, state } from "../actions/views.ts";
import type { BlockReference, ReadContract, ViewOutcome } from "../client/read-contract.ts";
import { sha256Hex } from "../crypto/sha256-hex.ts";

/** A value that no view shows: it is NaN, so that it spreads and nobody takes it for a number. */
const NOT_SHOWN = Number.NaN;

/** What the contract stores but for single accounts, as the views show it at one block. */
export interface ContractSnapshot {
  readonly block: Pick<ViewOutcome, "blockHeight" | "blockHash">;
  readonly state: ProtocolState;
  readonly config: Config;
  readonly counters: Counters;
  readonly updates: Updates;
}

/** Reads it, all at the same block. Throws what view actions throw. */
export async function readSnapshot(
  reader: ReadContract,
  at: BlockReference,
  signal?: AbortSignal,
): Promise<ContractSnapshot> {
  const abort = signal === undefined ? {} : { signal };
  const { value, ...block } = await state(reader, {}, { at, ...abort });
  const pinned = { at: { hash: block.blockHash }, ...abort };
  const isStarted = value.kind !== "NotInitialized";
  const [recovery, settings, proposals] = await Promise.all([
    recoveryInfo(reader, {}, pinned),
    isStarted ? config(reader, {}, pinned) : undefined,
    proposedUpdates(reader, {}, pinned),
  ]);
  const { first_recovery_id, attestation } = recovery.value ?? {};
  const hidden =
    value.kind === "Recovery"
      ? {
          ...value,
          first_recovery_id: first_recovery_id ?? value.first_recovery_id,
          attestation: attestation ?? null,
        }
      : value;
  return {
    block,
    state: withNamedVotes(hidden),
    config: settings?.value ?? DEFAULT_CONFIG,
    counters: { next_recovery_id: nextRecoveryId(value) },
    updates: { next_id: NOT_SHOWN as UpdateId, proposals: proposals.value },
  };
}

/** Every Recovery takes the next id, so an open one tells it; otherwise nothing does. */
function nextRecoveryId(read: ProtocolState): RecoveryId {
  return (read.kind === "Recovery" ? read.recovery_id + 1 : NOT_SHOWN) as RecoveryId;
}

/** The state with votes named as on chain, and with NaN for what Initializing doesn't show. */
function withNamedVotes(read: ProtocolState): ProtocolState {
  switch (read.kind) {
    case "NotInitialized":
      return read;
    case "Initializing":
      return {
        ...read,
        participants_revision: NOT_SHOWN,
        previously_cancelled_resharing_epoch_id: NOT_SHOWN as EpochId,
      };
    case "Running":
      return namedInRunning(read);
    case "Resharing":
    case "Recovery":
      return { ...read, previous_running_state: namedInRunning(read.previous_running_state) };
  }
}

function namedInRunning(running: RunningState): RunningState {
  return {
    ...running,
    parameters_votes: named(running.parameters_votes),
    add_domains_votes: named(running.add_domains_votes),
  };
}

function named<Proposal extends ParametersProposal | readonly DomainConfig[]>(
  votes: Votes<Proposal>,
): Votes<Proposal> {
  const names = new Map<string, ProposalKey>();
  const proposals: Record<string, Proposal> = {};
  for (const [readAs, proposal] of Object.entries(votes.proposals)) {
    const name = proposalKey(proposal, sha256Hex);
    names.set(readAs, name);
    proposals[name] = proposal;
  }
  const key_by_voter: Record<string, ProposalKey> = {};
  for (const [voter, readAs] of Object.entries(votes.key_by_voter)) {
    key_by_voter[voter] = names.get(readAs) ?? readAs;
  }
  return { key_by_voter, proposals };
}

/** Accounts that the state names: members, prospective participants, and whom open proposals list. */
export function accountsIn(read: ProtocolState): ReadonlySet<AccountId> {
  const accounts = new Set<AccountId>();
  const list = (proposal: ParametersProposal["parameters"]) => {
    for (const [account] of proposal.participants.participants) accounts.add(account);
  };
  switch (read.kind) {
    case "NotInitialized":
      return accounts;
    case "Initializing":
      list(read.generating_key.parameters);
      return accounts;
    case "Resharing":
      list(read.resharing_key.parameters);
      break;
    case "Running":
    case "Recovery":
  }
  const running = read.kind === "Running" ? read : read.previous_running_state;
  list(running.parameters);
  for (const { parameters } of Object.values(running.parameters_votes.proposals)) list(parameters);
  return accounts;
}
