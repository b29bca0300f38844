/** The stored parts of the state, read and parsed when something asks for them, and the state made of them. */
import type { AccountId } from "../protocol/brand.ts";
import type { Mutable } from "../protocol/copy-record.ts";
import { refuse } from "../protocol/errors.ts";
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
import { findEntry, parametersText, storedFront } from "./running-text.ts";
import { FRONT_KEY, KEYS_KEY, type RunningKey, requireText } from "./storage-layout.ts";
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

/** The running part; Initializing has none. */
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

/** The running text: what `state()` answers but for what the head says was moved. */
export function storedRunningText(): string {
  read.runningText ??= requireText(head.running);
  return read.runningText;
}

/** The beginning of the answer while Running. */
export function membersFront(): string {
  return head.keys_moved === 1 ? requireText(FRONT_KEY) : storedFront(storedRunningText());
}

/** The text of the members' parameters, between what stands before and behind it. */
export function membersText(before: string, behind: string): string {
  read.moved ??= entriesOf(head.moved ?? [], findMember);
  return parametersText(storedRunningText(), read.moved, before, behind);
}

/** The running text that a Resharing is to end with. */
export function proposedRunningText(): string {
  read.proposedText ??= requireText(proposedKey(head));
  return read.proposedText;
}

/** The text of the parameters that a Resharing leads to. */
export function proposedText(): string {
  return parametersText(proposedRunningText(), [], "", "");
}

/** Where the running text that a Resharing is to end with lies. */
export function proposedKey({ running }: Head): RunningKey {
  return running === "R" ? "Q" : "R";
}

export function storedVotes(): StoredVotes {
  read.votes ??= head.has_votes === 1 ? readVotes() : NOBODY_VOTED;
  return read.votes;
}

function storedKeys(): NonNullable<Read["keys"]> {
  read.keys ??= JSON.parse(requireText(KEYS_KEY)) as NonNullable<Read["keys"]>;
  return read.keys;
}

/** Members stay as they are unless the head says otherwise. */
function findProposed(account: AccountId): ParticipantEntry | undefined {
  if (head.proposed?.joined.includes(account)) return findEntry(proposedRunningText(), account);
  return head.proposed?.left.includes(account) ? undefined : findMember(account);
}

/** The entries of these accounts; each must have one. */
export function entriesOf(
  accounts: readonly AccountId[],
  find: (account: AccountId) => ParticipantEntry | undefined,
): readonly ParticipantEntry[] {
  return accounts.map((account) => find(account) ?? refuse("UNREADABLE_STATE", { part: account }));
}

/** All of these are made once, at build time. */
export const STORED_PARAMETERS: ThresholdParameters = storedParameters({
  head: () => head.members,
  read: () => {
    read.parameters ??= JSON.parse(membersText("", "")) as ThresholdParameters;
    return read.parameters;
  },
  find: findMember,
  changesSince: () => null,
});

export const STORED_PROPOSED: ThresholdParameters = storedParameters({
  head: () => head.proposed ?? head.members,
  read: () => {
    read.proposed ??= JSON.parse(proposedText()) as ThresholdParameters;
    return read.proposed;
  },
  find: findProposed,
  changesSince: (earlier) => {
    if (earlier !== STORED_PARAMETERS.participants || head.proposed === null) return null;
    const { left, joined } = head.proposed;
    return { left: entriesOf(left, findMember), joined: entriesOf(joined, findProposed) };
  },
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
