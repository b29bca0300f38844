import type { CooldownCause } from "../../../../contract/src/protocol/records.ts";
import type { Inspected } from "../inspected.ts";
import type { EntryNote, OpenRecovery, RecoveryReport } from "../recovery-report.ts";
import { headerLines, type PrintOptions } from "./header.ts";
import { heading, indented, type Line, line, type Span, span } from "./lines.ts";
import { BACKUP_WORDS } from "./render-backups.ts";
import { ballotLines } from "./render-votes.ts";
import { blocksFor } from "./wording.ts";

/** The open Recovery, how far it is, and what stands in the way of coming ones. */
export function renderRecovery(report: Inspected<RecoveryReport>, options: PrintOptions): readonly Line[] {
  const { notes, open } = report.value;
  const none = [line(), line("No Recovery is open.")];
  return [
    ...headerLines(report, options),
    ...(open === null ? none : openLines(open, report)),
    ...(notes.length === 0 ? [] : heading("earlier and coming entries")),
    ...notes.flatMap((note) => noteLines(note, report)),
  ];
}

function openLines(open: OpenRecovery, { block }: Inspected<unknown>): readonly Line[] {
  const { accountId, after, backup, before, blocksLeft, cancelVotes, expiresOn, startedIn } = open;
  const moved = before.url === after.url ? [] : [labelled("address", `${before.url} becomes ${after.url}`)];
  return [
    ...heading(`recovery ${open.recoveryId} of ${accountId} (participant ${open.participantId})`),
    ...indented([
      labelled("ends by itself", span(`on block ${expiresOn}, in ${blocksFor(blocksLeft, block)}`, "warn")),
      ...moved,
      labelled("new TLS key", after.tls_public_key),
      labelled("old TLS key", open.oldTlsKey, " (void once it concludes)"),
      labelled("may conclude", open.recoveringKey),
      step("entered", true, `in block ${startedIn}`),
      step("backup on chain", backup === "fresh", BACKUP_WORDS[backup].text),
      step("shares sent", open.sharesSent, open.sharesSent ? "says the backup service" : "not confirmed yet"),
      step("concluded", false, "waits for the new node"),
    ]),
    ...(cancelVotes === null ? [] : ballotLines(cancelVotes)),
  ];
}

function labelled(label: string, ...parts: readonly (Span | string)[]): Line {
  return line(span(`${label}: `, "dim"), ...parts);
}

function step(name: string, isDone: boolean, detail: string): Line {
  return line(span(isDone ? "[x] " : "[ ] ", isDone ? "good" : "warn"), name, span(`: ${detail}`, "dim"));
}

const CAUSES: Readonly<Record<CooldownCause, string>> = {
  cancelled_by_account: "it cancelled its own recovery; an approval lifts the wait",
  cancelled_by_vote: "the others cancelled its recovery",
  expired: "its recovery ran out of time",
};

function noteLines(note: EntryNote, { block }: Inspected<unknown>): readonly Line[] {
  const { accountId, approval, cooldown, entries, lastConcluded } = note;
  const isWaiting = cooldown !== null && cooldown.endsOn > block.height;
  const details: (Line | null)[] = [
    isWaiting
      ? labelled(
          "may not enter before block",
          span(cooldown.endsOn, "warn"),
          ` (${blocksFor(cooldown.endsOn - block.height, block)}): ${CAUSES[cooldown.cause]}`,
        )
      : null,
    approval !== null && approval.expiresOn > block.height
      ? labelled(
          "approved until block",
          `${approval.expiresOn} for TLS key ${approval.tlsPublicKey}, access key ${approval.signerKey}`,
        )
      : null,
    entries.length > 0 ? labelled("entered in blocks", entries.join(", ")) : null,
    lastConcluded !== null ? labelled("last concluded", `recovery ${lastConcluded}`) : null,
  ];
  return [line(accountId), ...indented(details.flatMap((each) => (each === null ? [] : [each])))];
}
