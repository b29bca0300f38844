import type { SignerKey } from "../../contract/src/protocol/brand.ts";
import type { BackupReceipt, BackupServiceInfo } from "../../contract/src/protocol/records.ts";
import type {
  Keyset,
  ParticipantEntry,
  ParticipantInfo,
  ProtocolState,
  RecoveryState,
  RunningState,
} from "../../contract/src/protocol/state.ts";

/** What a program knows of the contract: the state and its own account's records, all at one block. */
export interface ContractView {
  /** Height of the block. */
  readonly height: number;
  readonly proof: StateProof;
  readonly state: ProtocolState;
  /** The node key recorded for the account. */
  readonly node_key: SignerKey | null;
  /** What the account submitted as a candidate; null for members. */
  readonly candidate_info: ParticipantInfo | null;
  /** The account is outside the network and hasn't paid for a candidate's storage: the contract takes no info from it. */
  readonly needs_storage_deposit: boolean;
  readonly backup_service: BackupServiceInfo | null;
  readonly receipt: BackupReceipt | null;
}

/**
 * Why a view may be believed (recovery-services.md §1). Nothing secret moves, and nothing that can't be undone
 * happens, on an unproven one.
 */
export type StateProof =
  | { readonly kind: "own_node" }
  | { readonly kind: "agreement"; readonly endpoints: number }
  | { readonly kind: "unproven"; readonly reason: string };

export type StateWithKeys = Exclude<ProtocolState, { kind: "NotInitialized" }>;

/** The keyset that backups and recoveries are about; in Resharing and Recovery the previous one. */
export function currentKeyset(state: StateWithKeys): Keyset {
  switch (state.kind) {
    case "Initializing":
      return { epoch_id: state.epoch_id, domains: state.generated_keys };
    case "Running":
    case "Resharing":
    case "Recovery":
      return runningOf(state).keyset;
  }
}

/** Why a view isn't acted on that is older than one which was acted on before. */
export function describeBehind(view: ContractView, seenHeight: number): string {
  return `the endpoints show block ${view.height}, this program has acted on block ${seenHeight} already: they lag or lie; it goes on once they have caught up (a chain that was started anew needs a new data folder)`;
}

/** The members with their registered infos; in Resharing and Recovery those of the previous running state. */
export function membersOf(state: StateWithKeys): readonly ParticipantEntry[] {
  switch (state.kind) {
    case "Initializing":
      return state.generating_key.parameters.participants.participants;
    case "Running":
    case "Resharing":
    case "Recovery":
      return runningOf(state).parameters.participants.participants;
  }
}

/** The account's entry among the members. */
export function memberEntry(state: StateWithKeys, accountId: string): ParticipantEntry | undefined {
  return membersOf(state).find(([account]) => account === accountId);
}

/** The account's entry in the participants that a Resharing is moving to. */
export function prospectiveEntry(state: StateWithKeys, accountId: string): ParticipantEntry | undefined {
  if (state.kind !== "Resharing") return undefined;
  return state.resharing_key.parameters.participants.participants.find(([account]) => account === accountId);
}

/** The live Recovery of this account, if there is one. */
export function recoveryOf(state: StateWithKeys, accountId: string): RecoveryState | undefined {
  return state.kind === "Recovery" && state.recovering.account_id === accountId ? state : undefined;
}

function runningOf(state: Exclude<StateWithKeys, { kind: "Initializing" }>): RunningState {
  return state.kind === "Running" ? state : state.previous_running_state;
}
