/** The stored parts of the state, read and parsed when something asks for them, and the state made of them. */
import { decodeKeyset } from "../interface/state-codec.ts";
import type { Sha256Hex } from "../protocol/brand.ts";
import { unreachable } from "../protocol/errors.ts";
import type {
  InitializedState,
  KeyEvent,
  ProtocolState,
  RunningState,
  ThresholdParameters,
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

/** What was read in this call. A call runs in its own copy of the memory, so nothing outlives it. */
interface Read {
  head: Head | null;
  text?: RunningText;
  front?: Pick<RunningState, "domains" | "keyset">;
  parameters?: ThresholdParameters;
  back?: ReturnType<typeof readBack>;
  votes?: StoredVotes;
  proposed?: ThresholdParameters;
}

let read: Read = { head: null };

export function storedParts(head: Head | null): StoredParts {
  read = { head };
  return {
    keysetHash: head?.keysetHash ?? ("" as Sha256Hex),
    offsets: head?.offsets ?? NO_OFFSETS,
    hasVotes: head?.hasVotes ?? false,
    runningText,
    votes,
    proposed,
    running: STORED_RUNNING,
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

/** The part that lies under `R` as a whole; Initializing has none. */
export function runningOf(state: ProtocolState): RunningState | null {
  switch (state.kind) {
    case "Running":
      return state;
    case "Resharing":
    case "Recovery":
      return state.previous_running_state;
    default:
      return null;
  }
}

/** What is written under `R`. */
export function votelessRunning(state: InitializedState): VotelessRunning {
  if (state.kind !== "Initializing") return runningOf(state) ?? unreachable(state as never);
  return {
    domains: state.domains,
    keyset: { epoch_id: state.epoch_id, domains: state.generated_keys },
    parameters: state.generating_key.parameters,
    previously_cancelled_resharing_epoch_id: state.previously_cancelled_resharing_epoch_id,
    participants_revision: state.participants_revision,
  };
}

function withoutParameters({ parameters: _, ...event }: KeyEvent): Omit<KeyEvent, "parameters"> {
  return event;
}

function lazyKeyEvent(event: Omit<KeyEvent, "parameters">, parameters: () => ThresholdParameters): KeyEvent {
  return {
    ...event,
    get parameters() {
      return parameters();
    },
  };
}

/** Made once, at build time: an object with getters is dear to make. */
const STORED_RUNNING: RunningState = {
  kind: "Running",
  get domains() {
    return front().domains;
  },
  get keyset() {
    return front().keyset;
  },
  get parameters() {
    read.parameters ??= readParameters(runningText());
    return read.parameters;
  },
  get parameters_votes() {
    return votes().parameters;
  },
  get add_domains_votes() {
    return votes().domains;
  },
  get previously_cancelled_resharing_epoch_id() {
    return back().previously_cancelled_resharing_epoch_id;
  },
  get participants_revision() {
    return back().participants_revision;
  },
};

function runningText(): RunningText {
  read.text ??= readRunningText(read.head?.offsets ?? NO_OFFSETS);
  return read.text;
}

function front(): Pick<RunningState, "domains" | "keyset"> {
  if (read.front === undefined) {
    const { domains, keyset } = readFront(runningText());
    read.front = { domains, keyset: decodeKeyset(keyset) };
  }
  return read.front;
}

function back(): ReturnType<typeof readBack> {
  read.back ??= readBack(runningText());
  return read.back;
}

function votes(): StoredVotes {
  read.votes ??= read.head?.hasVotes ? readVotes() : NOBODY_VOTED;
  return read.votes;
}

function proposed(): ThresholdParameters {
  read.proposed ??= JSON.parse(requireText(PROPOSED_KEY)) as ThresholdParameters;
  return read.proposed;
}

export function readRunningText(offsets: RunningOffsets): RunningText {
  const first = requireText(RUNNING_KEY);
  const pages: string[] = [];
  for (let page = 1; page <= offsets.pages; page++) pages.push(requireText(RUNNING_KEY + page));
  return { offsets, first, pages };
}
