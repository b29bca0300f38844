/** The stored parts of the state, read and parsed when something asks for them, and the state made of them. */
import { decodeKeyset } from "../interface/state-codec.ts";
import type { Sha256Hex } from "../protocol/brand.ts";
import {
  type InitializedState,
  type InitializingState,
  type KeyEvent,
  type ProtocolState,
  type RunningState,
  type ThresholdParameters,
  NO_VOTES,
} from "../protocol/state.ts";
import type { Head, StateHead } from "./head-codec.ts";
import {
  type RunningOffsets,
  type RunningText,
  readBack,
  readFront,
  readParameters,
  type VotelessRunning,
} from "./running-text.ts";
import { PROPOSED_KEY, RUNNING_KEY, requireText } from "./storage-layout.ts";
import { NOBODY_VOTED, readVotes, type StoredVotes } from "./stored-votes.ts";

export interface StoredParts {
  readonly keysetHash: Sha256Hex;
  readonly offsets: RunningOffsets;
  readonly hasVotes: boolean;
  runningText(): RunningText;
  votes(): StoredVotes;
  /** Parameters of the key event in Resharing. */
  proposed(): ThresholdParameters;
  readonly running: RunningState;
}

const NO_OFFSETS: RunningOffsets = { pages: 0, front: 0, gap: 0, back: 0 };

export function storedParts(head: Head | null): StoredParts {
  const offsets = head?.offsets ?? NO_OFFSETS;
  const runningText = once(() => readRunningText(offsets));
  const votes = once(() => (head?.hasVotes ? readVotes() : NOBODY_VOTED));
  return {
    keysetHash: head?.keysetHash ?? ("" as Sha256Hex),
    offsets,
    hasVotes: head?.hasVotes ?? false,
    runningText,
    votes,
    proposed: once(() => JSON.parse(requireText(PROPOSED_KEY)) as ThresholdParameters),
    running: lazyRunning(runningText, votes),
  };
}

/** Puts the parts together; what lies under keys of its own is read only where something asks for it. */
export function assemble(head: StateHead, parts: StoredParts): InitializedState {
  switch (head.kind) {
    case "Running":
      return parts.running;
    case "Initializing": {
      const generating_key = lazyKeyEvent(head.generating_key, () => parts.running.parameters);
      return { ...head, generating_key };
    }
    case "Resharing": {
      const resharing_key = lazyKeyEvent(head.resharing_key, parts.proposed);
      return { ...head, previous_running_state: parts.running, resharing_key };
    }
    default:
      return { ...head, previous_running_state: parts.running };
  }
}

/** The inverse of `assemble`. */
export function headOf(state: InitializedState): StateHead {
  switch (state.kind) {
    case "Running":
      return { kind: state.kind };
    case "Initializing":
      return { ...state, generating_key: withoutParameters(state.generating_key) };
    case "Resharing": {
      const { previous_running_state: _, ...head } = state;
      return { ...head, resharing_key: withoutParameters(state.resharing_key) };
    }
    default: {
      const { previous_running_state: _, ...head } = state;
      return head;
    }
  }
}

/** What of a state lies under keys of its own; the running part of Initializing has no votes. */
export function partsOf(state: ProtocolState): {
  readonly running: VotelessRunning | RunningState;
  readonly votes: StoredVotes;
  readonly proposed: ThresholdParameters | null;
} | null {
  switch (state.kind) {
    case "NotInitialized":
      return null;
    case "Initializing":
      return { running: runningOfInitializing(state), votes: NOBODY_VOTED, proposed: null };
    case "Running":
      return partsOfRunning(state, null);
    case "Resharing":
      return partsOfRunning(state.previous_running_state, () => state.resharing_key.parameters);
    default:
      return partsOfRunning(state.previous_running_state, null);
  }
}
