import { BaseError } from "../../sdk/src/errors/base-error.ts";
import { checkSeedBackup, type SeedBackup, type ShareKeys } from "../../sdk/src/sharing/seed-backup.ts";
import type { CeremonyBody, CeremonyPlan, Participant } from "./body.ts";
import { type TranscriptEntry, TranscriptError } from "./transcript.ts";

/** How far a ceremony is, after some lines of its transcript. */
export interface Ceremony {
  readonly plan: CeremonyPlan;
  readonly facilitator: string;
  readonly joined: readonly string[];
  readonly backup: SeedBackup | null;
  /** Each share's commitment by its owner, once dealt. */
  readonly commitments: ReadonlyMap<string, string>;
  readonly confirmed: readonly string[];
  readonly isClosed: boolean;
}

/**
 * Goes through a transcript as a stranger would: each act in its turn, by the one whose act it is, and what was dealt
 * fits the plan. Everybody joins, the dealer deals once, everybody confirms, the facilitator closes.
 *
 * Throws TranscriptError. The entries must come from `parseTranscript`.
 */
export function followCeremony(entries: readonly TranscriptEntry[]): Ceremony {
  const [first, ...rest] = entries;
  if (first?.body.act !== "opened")
    throw new TranscriptError("TRANSCRIPT_ORDER", 0, "it doesn't begin with opened");
  const { act: _, ...plan } = first.body;
  const opened: Ceremony = {
    plan,
    facilitator: first.by,
    joined: [],
    backup: null,
    commitments: new Map(),
    confirmed: [],
    isClosed: false,
  };
  return rest.reduce(applyEntry, opened);
}

/** The plan's share keys by account. */
export function shareKeys({ participants }: CeremonyPlan): ShareKeys {
  return Object.fromEntries(participants.map(({ account, share_key }) => [account, share_key]));
}

function applyEntry(ceremony: Ceremony, { index, by, body }: TranscriptEntry): Ceremony {
  const outOfTurn = (reason: string) => new TranscriptError("TRANSCRIPT_ORDER", index, reason);
  if (ceremony.isClosed) throw outOfTurn("the ceremony was closed before");
  const { plan, joined, backup, confirmed } = ceremony;
  switch (body.act) {
    case "opened":
      throw outOfTurn("the ceremony was opened before");
    case "joined":
      requireAuthor(participantOf(plan, body.account, index).signing_key, by, index);
      if (backup !== null || joined.includes(body.account))
        throw outOfTurn(`${body.account} joins too late or twice`);
      return { ...ceremony, joined: [...joined, body.account] };
    case "dealt":
      requireAuthor(plan.dealer, by, index);
      if (joined.length < plan.participants.length || backup !== null) {
        throw outOfTurn("the dealer deals once, after everybody has joined");
      }
      return { ...ceremony, backup: body.backup, commitments: checkDealt(plan, body, index) };
    case "confirmed":
      requireAuthor(participantOf(plan, body.account, index).signing_key, by, index);
      if (backup === null || confirmed.includes(body.account)) throw outOfTurn("nothing is to be confirmed");
      if (ceremony.commitments.get(body.account) !== body.share_commitment) {
        throw new TranscriptError(
          "TRANSCRIPT_CONTENT",
          index,
          `${body.account} confirms another share than was dealt`,
        );
      }
      return { ...ceremony, confirmed: [...confirmed, body.account] };
    case "closed":
      requireAuthor(ceremony.facilitator, by, index);
      if (confirmed.length < plan.participants.length) throw outOfTurn("not everybody has confirmed");
      if (body.commitment !== backup?.commitment) {
        throw new TranscriptError("TRANSCRIPT_CONTENT", index, "it closes on another seed than was dealt");
      }
      return { ...ceremony, isClosed: true };
  }
}

function checkDealt(
  plan: CeremonyPlan,
  { backup }: Extract<CeremonyBody, { act: "dealt" }>,
  index: number,
): ReadonlyMap<string, string> {
  if (backup.threshold !== plan.threshold) {
    throw new TranscriptError(
      "TRANSCRIPT_CONTENT",
      index,
      `the threshold is ${backup.threshold}, not the plan's`,
    );
  }
  try {
    const headers = checkSeedBackup(backup, plan, shareKeys(plan));
    return new Map([...headers].map(([account, { keyset_hash }]) => [account, keyset_hash]));
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    throw new TranscriptError("TRANSCRIPT_CONTENT", index, error.shortMessage.replace(/\.$/, ""));
  }
}

function participantOf({ participants }: CeremonyPlan, account: string, index: number): Participant {
  const found = participants.find((each) => each.account === account);
  if (found !== undefined) return found;
  throw new TranscriptError("TRANSCRIPT_ORDER", index, `${account} isn't a participant`);
}

function requireAuthor(expected: string, by: string, index: number): void {
  if (expected === by) return;
  throw new TranscriptError("TRANSCRIPT_ORDER", index, `expected an act of ${expected}, found one of ${by}`);
}
