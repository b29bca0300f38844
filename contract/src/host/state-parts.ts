/** The stored parts of the state, read and parsed when something asks for them, and the state made of them. */
import type { Mutable } from "../protocol/copy-record.ts";
import type {
  DomainConfig,
  DomainRegistry,
  InitializedState,
  KeyEvent,
  KeyForDomain,
  Keyset,
  ParticipantEntry,
  ProtocolState,
  RunningState,
  ThresholdParameters,
} from "../protocol/state.ts";
import type { Head } from "./head-codec.ts";
import { findEntry, movedEntries, parametersText } from "./running-text.ts";
import { KEYS_KEY, PROPOSED_KEY, RUNNING_KEY, requireText } from "./storage-layout.ts";
import { findMember, storedParameters } from "./stored-parameters.ts";
import { NOBODY_VOTED, readVotes, type StoredVotes } from "./stored-votes.ts";

/** What was read in this call. A call runs in its own copy of the memory, so nothing outlives it. */
interface Read {
  runningText?: string;
  moved?: readonly ParticipantEntry[];
  keys?: readonly [domains: readonly DomainConfig[], keys: readonly KeyForDomain[]];
  parameters?: ThresholdParameters;
  votes?: StoredVotes;
  proposedText?: string;
  proposed?: ThresholdParameters;
}

const read: Read = {};
let head = null as unknown as Head;

/** Puts the parts together; what lies under keys of its own is read only where something asks for it. */
export function assemble(stored: Head): InitializedState {
  head = stored;
  // The head was parsed for this call alone, so its objects may be completed in place.
  const state = head.state as Mutable<Exclude<InitializedState, RunningState>> | null;
  if (state === null) return STORED_RUNNING;
  if (state.kind === "Initializing") {
    (state.generating_key as Mutable<KeyEvent>).parameters = STORED_PARAMETERS;
    return state;
  }
  if (state.kind === "Resharing") (state.resharing_key as Mutable<KeyEvent>).parameters = STORED_PROPOSED;
  state.previous_running_state = STORED_RUNNING;
  return state;
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

/** The text under `R`. */
export function storedRunningText(): string {
  read.runningText ??= requireText(RUNNING_KEY);
  return read.runningText;
}

/** The entries that are other than under `R`. */
export function storedMoves(): readonly ParticipantEntry[] {
  read.moved ??= movedEntries(head.moved ?? []);
  return read.moved;
}

/** The text of the members' parameters. */
export function membersText(): string {
  return parametersText(storedRunningText(), storedMoves());
}

/** The text of the parameters under `Q`. */
export function proposedText(): string {
  read.proposedText ??= requireText(PROPOSED_KEY);
  return read.proposedText;
}

export function storedVotes(): StoredVotes {
  read.votes ??= head.has_votes === 1 ? readVotes() : NOBODY_VOTED;
  return read.votes;
}

function storedKeys(): NonNullable<Read["keys"]> {
  read.keys ??= JSON.parse(requireText(KEYS_KEY)) as NonNullable<Read["keys"]>;
  return read.keys;
}

/** All of these are made once, at build time. */
export const STORED_PARAMETERS: ThresholdParameters = storedParameters({
  head: () => head.members,
  read: () => {
    read.parameters ??= JSON.parse(membersText()) as ThresholdParameters;
    return read.parameters;
  },
  find: findMember,
});

export const STORED_PROPOSED: ThresholdParameters = storedParameters({
  head: () => head.proposed ?? head.members,
  read: () => {
    read.proposed ??= JSON.parse(proposedText()) as ThresholdParameters;
    return read.proposed;
  },
  find: (account) => findEntry(proposedText(), account),
});

export const STORED_DOMAINS: DomainRegistry = Object.defineProperty(
  {
    get domains() {
      return storedKeys()[0];
    },
    get next_domain_id() {
      return head.domains[1];
    },
  } as DomainRegistry,
  "count",
  { get: () => head.domains[0] },
);

export const STORED_KEYSET: Keyset = {
  get epoch_id() {
    return head.epoch_id;
  },
  get domains() {
    return storedKeys()[1];
  },
};

const STORED_RUNNING: RunningState = {
  kind: "Running",
  domains: STORED_DOMAINS,
  keyset: STORED_KEYSET,
  parameters: STORED_PARAMETERS,
  get parameters_votes() {
    return storedVotes().parameters;
  },
  get add_domains_votes() {
    return storedVotes().domains;
  },
  get previously_cancelled_resharing_epoch_id() {
    return head.tail[0];
  },
  get participants_revision() {
    return head.tail[1];
  },
};
