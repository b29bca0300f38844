import type { AccountId, ParticipantId, TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import { membersOf } from "../../../contract/src/protocol/rules/members.ts";
import type {
  ParticipantEntry,
  ParticipantInfo,
  ProtocolState,
} from "../../../contract/src/protocol/state.ts";

/** What became of one participant between two states. */
export type ParticipantChange = {
  readonly account_id: AccountId;
  readonly participant_id: ParticipantId;
} & (
  | { readonly kind: "joined"; readonly current: ParticipantInfo }
  | { readonly kind: "left"; readonly previous: ParticipantInfo }
  /** Another URL, another TLS key, or both. */
  | { readonly kind: "moved"; readonly previous: ParticipantInfo; readonly current: ParticipantInfo }
);

/** The participants at one block; `revision` is null where the state doesn't show it (Initializing). */
export interface ParticipantsAt {
  readonly blockHeight: number;
  readonly blockHash: string;
  readonly revision: number | null;
  readonly participants: readonly ParticipantEntry[];
}

/** The members of a state and the contract's count of their changes. */
export function participantsOf(state: ProtocolState): Pick<ParticipantsAt, "revision" | "participants"> {
  switch (state.kind) {
    case "NotInitialized":
      return { revision: null, participants: [] };
    case "Initializing":
      return { revision: null, participants: membersOf(state).participants };
    case "Running":
      return { revision: state.participants_revision, participants: membersOf(state).participants };
    case "Resharing":
    case "Recovery":
      return {
        revision: state.previous_running_state.participants_revision,
        participants: membersOf(state).participants,
      };
  }
}

/** Who joined, left or moved; an account that came back under another id left and joined. */
export function participantChanges(
  before: readonly ParticipantEntry[],
  after: readonly ParticipantEntry[],
): readonly ParticipantChange[] {
  const left = new Map(before.map((entry) => [nameOf(entry), entry]));
  const changes: ParticipantChange[] = [];
  for (const entry of after) {
    const [account_id, participant_id, current] = entry;
    const previous = left.get(nameOf(entry))?.[2];
    left.delete(nameOf(entry));
    if (previous === undefined) changes.push({ kind: "joined", account_id, participant_id, current });
    else if (isOther(previous, current)) {
      changes.push({ kind: "moved", account_id, participant_id, previous, current });
    }
  }
  const gone = [...left.values()].map(
    ([account_id, participant_id, previous]) =>
      ({ kind: "left", account_id, participant_id, previous }) as const,
  );
  return [...gone, ...changes];
}

/** TLS keys that named a participant before and name none now: nothing may be trusted to them any more. */
export function voidTlsKeys(
  before: readonly ParticipantEntry[],
  after: readonly ParticipantEntry[],
): readonly TlsPublicKey[] {
  const valid = new Set(after.map(([, , info]) => info.tls_public_key));
  return before.map(([, , info]) => info.tls_public_key).filter((key) => !valid.has(key));
}

function nameOf([account, id]: ParticipantEntry): string {
  return `${account} ${id}`;
}

function isOther(left: ParticipantInfo, right: ParticipantInfo): boolean {
  return left.url !== right.url || left.tls_public_key !== right.tls_public_key;
}
