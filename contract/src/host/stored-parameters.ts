/// <reference path="../../engine/env.d.ts" />
/** Parameters that lie in storage: what the head knows of them is answered without reading their participants. */
import { refuse } from "../protocol/errors.ts";
import { replaceEntry } from "../protocol/rules/members.ts";
import type {
  ParticipantEntry,
  Participants,
  StoredParticipants,
  ThresholdParameters,
} from "../protocol/state.ts";
import type { ParametersHead } from "./head-codec.ts";
import { storedAccount } from "./stored-accounts.ts";

/** Where parameters come from. */
export interface ParametersSource {
  head(): ParametersHead;
  read(): ThresholdParameters;
  find: StoredParticipants["find"];
  changesSince: StoredParticipants["changesSince"];
}

/** Made at build time: objects with getters are dear to make. */
export function storedParameters(source: ParametersSource): ThresholdParameters {
  const list: Participants = {
    get next_id() {
      return source.head().next_id;
    },
    get participants() {
      return source.read().participants.participants;
    },
  };
  const participants = withAnswers(list, {
    get count() {
      return source.head().count;
    },
    find: source.find,
    leader: () => source.find(source.head().leader) ?? refuse("UNREADABLE_STATE", { part: "leader" }),
    put: (entry) => withReplaced(participants, entry),
    changesSince: source.changesSince,
  });
  return {
    participants,
    get threshold() {
      return source.head().threshold;
    },
  };
}

/** The entry of a member. */
export const findMember: StoredParticipants["find"] = (account) => storedAccount(account).member ?? undefined;

function withReplaced(base: Participants, entry: ParticipantEntry): Participants {
  const list: Participants = {
    next_id: base.next_id,
    get participants() {
      return replaceEntry(base, entry).participants;
    },
  };
  const { stored } = base;
  if (!stored) return replaceEntry(base, entry);
  return withAnswers(list, {
    count: stored.count,
    find: (account) => (account === entry[0] ? entry : stored.find(account)),
    leader: () => {
      const leader = stored.leader();
      return leader[0] === entry[0] ? entry : leader;
    },
    put: (other) => replaceEntry(list, other),
    changesSince: (earlier) => {
      if (earlier !== base) return null;
      const before = stored.find(entry[0]);
      return { left: before ? [before] : [], joined: [entry] };
    },
  });
}

/** Not enumerable, so that the list still is what it looks like as JSON. */
function withAnswers(list: Participants, stored: StoredParticipants): Participants {
  return Object.defineProperty(list, "stored", { value: stored });
}
