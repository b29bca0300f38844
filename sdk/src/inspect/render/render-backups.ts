import type { AccountBackup, BackupStatus, BackupsReport } from "../backups-report.ts";
import type { Inspected } from "../inspected.ts";
import { headerLines, type PrintOptions } from "./header.ts";
import { type Line, line, type Span, span, type Tone } from "./lines.ts";
import { tableLines } from "./table.ts";
import { count, shortened } from "./wording.ts";

/** How a status is called and shown. */
export const BACKUP_WORDS: Readonly<Record<BackupStatus, { readonly text: string; readonly tone: Tone }>> = {
  fresh: { text: "fresh", tone: "good" },
  stale: { text: "stale: for an earlier keyset", tone: "warn" },
  none: { text: "none: the service left no receipt", tone: "bad" },
  no_service: { text: "none: no service is registered", tone: "bad" },
};

/** Every participant's backup, against the keyset that holds. */
export function renderBackups(report: Inspected<BackupsReport>, options: PrintOptions): readonly Line[] {
  const { accounts, epoch, keysetHash } = report.value;
  if (keysetHash === null || epoch === null) {
    return [...headerLines(report, options), line(), line("The contract isn't started: there is no keyset.")];
  }
  const fresh = accounts.filter(({ status }) => status === "fresh").length;
  return [
    ...headerLines(report, options),
    line(),
    line(span("keyset of epoch ", "dim"), `${epoch} `, span(keysetHash, "dim")),
    line(
      span(
        `${fresh} of ${count(accounts.length, "participant")}`,
        fresh === accounts.length ? "good" : "warn",
      ),
      fresh === 1 ? " has a fresh backup" : " have fresh backups",
    ),
    line(),
    ...tableLines(
      {
        headings: ["participant", "id", "backup", "epoch", "in block", "digest"],
        rows: accounts.map(backupRow),
      },
      options.width,
    ),
  ];
}

function backupRow(backup: AccountBackup): readonly Span[] {
  const { accountId, confirmedIn, digest, isNewcomer, participantId, receiptEpoch, status } = backup;
  const { text, tone } = BACKUP_WORDS[status];
  return [
    span(isNewcomer ? `${accountId} (joining)` : accountId),
    span(participantId),
    span(text, tone),
    span(receiptEpoch ?? ""),
    span(confirmedIn ?? ""),
    span(digest === null ? "" : shortened(digest, 17), "dim"),
  ];
}
