/**
 * What lies under which storage key, and in which form. Hot and cold parts are apart, so that a call reads and writes
 * only what it needs:
 * - `R` cold: the running state, as the very bytes that `state()` answers while Running;
 * - `H` hot: the state without its running part, the counters, the hash of the keyset;
 * - `C` the settings, as the very bytes that `config()` answers;
 * - `a:<account>` the record of an account; `t:<TLS key>` the account that holds the key.
 */
import { decodeRunning, encodeRunning, type RunningJson } from "../interface/state-codec.ts";
import type { Base58Decode } from "../interface/text-formats.ts";
import type { AccountId, Sha256Hex, TlsPublicKey } from "../protocol/brand.ts";
import type { Counters } from "../protocol/records.ts";
import type {
  InitializedState,
  InitializingState,
  ParticipantEntry,
  RecoveryState,
  ResharingState,
  RunningState,
} from "../protocol/state.ts";

export const HEAD_KEY = "H";
export const RUNNING_KEY = "R";
export const CONFIG_KEY = "C";
export const recordKey = (account: AccountId): string => `a:${account}`;
export const tlsKeyKey = (key: TlsPublicKey): string => `t:${key}`;

/** The state without what lies under `R`. */
export type StateHead =
  | Pick<RunningState, "kind">
  | InitializingState
  | Omit<ResharingState, "previous_running_state">
  | Omit<RecoveryState, "previous_running_state">;

export interface Head {
  readonly state: StateHead;
  readonly counters: Counters;
  readonly keyset_hash: Sha256Hex;
}

export function headOf(state: InitializedState): StateHead {
  switch (state.kind) {
    case "Running":
      return { kind: state.kind };
    case "Initializing":
      return state;
    default: {
      const { previous_running_state: _, ...head } = state;
      return head;
    }
  }
}

/** The part that lies under `R`; Initializing has none. */
export function runningOf(state: InitializedState): RunningState | null {
  switch (state.kind) {
    case "Running":
      return state;
    case "Initializing":
      return null;
    default:
      return state.previous_running_state;
  }
}

/** Puts the parts together; `running` is read from storage only where something asks for it. */
export function assemble(head: StateHead, running: RunningState): InitializedState {
  switch (head.kind) {
    case "Running":
      return running;
    case "Initializing":
      return head;
    default:
      return { ...head, previous_running_state: running };
  }
}

const RUNNING_OPEN = '{"Running":';

export function runningText(running: RunningState, base58Decode: Base58Decode): string {
  return `${RUNNING_OPEN}${JSON.stringify(encodeRunning(running, base58Decode))}}`;
}

/** The object inside `Running`, as it stands in the states that came from it. */
export function innerRunningText(text: string): string {
  return text.slice(RUNNING_OPEN.length, -1);
}

/** A running state that reads and parses its text when a field is first asked for. */
export function lazyRunning(read: () => string): RunningState {
  let parsed: RunningState | undefined;
  const all = (): RunningState => {
    parsed ??= decodeRunning(JSON.parse(innerRunningText(read())) as RunningJson);
    return parsed;
  };
  return {
    kind: "Running",
    get domains() {
      return all().domains;
    },
    get keyset() {
      return all().keyset;
    },
    get parameters() {
      return all().parameters;
    },
    get parameters_votes() {
      return all().parameters_votes;
    },
    get add_domains_votes() {
      return all().add_domains_votes;
    },
    get previously_cancelled_resharing_epoch_id() {
      return all().previously_cancelled_resharing_epoch_id;
    },
    get participants_revision() {
      return all().participants_revision;
    },
  };
}

/** A member's entry, found in the text without parsing the rest; ids and URLs hold no quotes, so none can pose as one. */
export function findMember(text: string, account: AccountId): ParticipantEntry | undefined {
  const span = memberSpan(text, account);
  return span && (JSON.parse(text.slice(span[0], span[1])) as ParticipantEntry);
}

/** The text of the participants with one entry replaced. */
export function participantsTextWith(text: string, entry: ParticipantEntry): string {
  const [start, end] = memberSpan(text, entry[0]) ?? [0, 0];
  const replaced = text.slice(0, start) + JSON.stringify(entry) + text.slice(end);
  const begin = replaced.indexOf(PARTICIPANTS_OPEN) + PARTICIPANTS_OPEN.length;
  return replaced.slice(begin, replaced.indexOf(PARTICIPANTS_CLOSE, begin));
}

const PARTICIPANTS_OPEN = '"parameters":{"participants":';
const PARTICIPANTS_CLOSE = ',"threshold":';

function memberSpan(text: string, account: AccountId): readonly [number, number] | undefined {
  const begin = text.indexOf(PARTICIPANTS_OPEN);
  const start = text.indexOf(`["${account}",`, begin);
  if (start < 0 || start > text.indexOf(PARTICIPANTS_CLOSE, begin)) return undefined;
  return [start, text.indexOf("}]", start) + 2];
}
