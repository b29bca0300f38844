/** The head: what every call reads. Small whatever the number of participants; JSON, so that reading it is parsing it. */
import type { AccountId, EpochId, ParticipantId, Sha256Hex } from "../protocol/brand.ts";
import type { Config, Counters } from "../protocol/records.ts";
import { countOf, leaderOf } from "../protocol/rules/members.ts";
import type {
  InitializedState,
  InitializingState,
  KeyEvent,
  RecoveryState,
  ResharingState,
  StateKind,
  ThresholdParameters,
} from "../protocol/state.ts";
import type { RunningKey } from "./storage-layout.ts";

/** What is known of parameters without reading them. */
export interface ParametersHead {
  readonly count: number;
  readonly next_id: ParticipantId;
  readonly threshold: number;
  /** The participant with the lowest id. */
  readonly leader: AccountId;
}

/** The end of the running state: epoch of the last cancelled Resharing and `participants_revision`. */
export type Tail = readonly [cancelled: EpochId | null, revision: number];

export interface Head {
  readonly kind: Exclude<StateKind, "NotInitialized">;
  readonly has_votes: 0 | 1;
  /** Members whose entry is another than in the running text; null while nothing else of it is to be replaced either. */
  readonly moved: readonly AccountId[] | null;
  /** Where the running text lies. */
  readonly running: RunningKey;
  /** 1 where domains and keys are others than in the running text. */
  readonly keys_moved: 0 | 1;
  readonly keyset_hash: Sha256Hex;
  /** Of the keyset. */
  readonly epoch_id: EpochId;
  readonly members: ParametersHead;
  /** Number of domains and the id of the next one. */
  readonly domains: readonly [count: number, nextId: number];
  readonly tail: Tail;
  readonly counters: Counters;
  /** The settings in the order of `DEFAULT_CONFIG`. */
  readonly settings: readonly Config[keyof Config][];
  /** The state without what lies under keys of its own; null while Running. */
  readonly state: StoredState | null;
  /** Of the parameters that a Resharing leads to. */
  readonly proposed: ProposedHead | null;
}

export interface ProposedHead extends ParametersHead {
  /** Accounts whose entry is not in force as it is proposed, and those of members that leave. */
  readonly joined: readonly AccountId[];
  readonly left: readonly AccountId[];
}

type StoredKeyEvent = Omit<KeyEvent, "parameters">;
export type StoredState =
  | (Omit<InitializingState, "generating_key"> & { readonly generating_key: StoredKeyEvent })
  | (Omit<ResharingState, "previous_running_state" | "resharing_key"> & {
      readonly resharing_key: StoredKeyEvent;
    })
  | Omit<RecoveryState, "previous_running_state">;

/** How the head of Running begins. */
export const RUNNING_HEAD = '{"kind":"Running",';
/** A head that begins with this is of a Running whose answer is the text under the key that follows. */
export const PLAIN_RUNNING = '{"kind":"Running","has_votes":0,"moved":null,"running":"';

export function storedStateOf(state: InitializedState): StoredState | null {
  switch (state.kind) {
    case "Running":
      return null;
    case "Initializing":
      return { ...state, generating_key: storedKeyEvent(state.generating_key) };
    case "Resharing":
      return {
        kind: state.kind,
        reshared_keys: state.reshared_keys,
        resharing_key: storedKeyEvent(state.resharing_key),
        cancellation_requests: state.cancellation_requests,
        per_domain_thresholds: state.per_domain_thresholds,
      };
    default:
      return {
        kind: state.kind,
        recovery_id: state.recovery_id,
        recovering: state.recovering,
        cancel_votes: state.cancel_votes,
        first_recovery_id: state.first_recovery_id,
        attestation: state.attestation,
      };
  }
}

export function parametersHead({ participants, threshold }: ThresholdParameters): ParametersHead {
  const { next_id } = participants;
  return { count: countOf(participants), next_id, threshold, leader: leaderOf(participants)[0] };
}

function storedKeyEvent({ epoch_id, domain, instance, next_attempt_id }: KeyEvent): StoredKeyEvent {
  return { epoch_id, domain, instance, next_attempt_id };
}
