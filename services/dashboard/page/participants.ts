import { membersOf } from "../../../contract/src/protocol/rules/members.ts";
import type { ParticipantEntry, ProtocolState } from "../../../contract/src/protocol/state.ts";
import type { AccountBackup } from "../../../sdk/src/inspect/backups-report.ts";
import { BACKUP_WORDS } from "../../../sdk/src/inspect/render/render-backups.ts";
import type { Ballot } from "../../../sdk/src/inspect/votes-report.ts";
import { type Child, h } from "./dom.ts";
import type { Look } from "./look.ts";

/** Everyone with address, backup, and what they owe to open votes. */
export function participants({ backups, ballots, state }: Look): readonly Child[] {
  const entries = entriesOf(state);
  if (entries.length === 0) return [h("p", {}, "There are no participants yet.")];
  const heads = ["Participant", "Node", "Backup", "Votes"];
  return [
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, ...entries.map((entry) => row(entry, backups.accounts, ballots, state))),
    ),
  ];
}

function row(
  [account, id, info]: ParticipantEntry,
  backups: readonly AccountBackup[],
  ballots: readonly Ballot[],
  state: ProtocolState,
): HTMLElement {
  const backup = backups.find(({ accountId }) => accountId === account);
  const isRecovering = state.kind === "Recovery" && state.recovering.account_id === account;
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      account,
      h("small", {}, `participant ${id}${backup?.isNewcomer === true ? ", joining" : ""}`),
      isRecovering ? h("span", { class: "chip warn" }, "recovering") : null,
    ),
    cell("Node", h("span", { class: "cut" }, info.url), h("code", { class: "cut" }, info.tls_public_key)),
    cell("Backup", ...backupParts(backup)),
    cell("Votes", ...voteParts(account, ballots)),
  );
}

function cell(label: string, ...children: readonly Child[]): HTMLElement {
  return h("td", { "data-label": label, class: label.toLowerCase() }, h("div", {}, ...children));
}

function backupParts(backup: AccountBackup | undefined): readonly Child[] {
  if (backup === undefined) return ["unknown"];
  const { confirmedIn, receiptEpoch, status } = backup;
  const { text, tone } = BACKUP_WORDS[status];
  return [
    h("span", { class: `chip ${tone}` }, status === "no_service" ? "none" : status),
    h(
      "small",
      {},
      confirmedIn === null ? text.replace("none: ", "") : `epoch ${receiptEpoch}, block ${confirmedIn}`,
    ),
  ];
}

function voteParts(account: string, ballots: readonly Ballot[]): readonly Child[] {
  const voted = ballots.filter((ballot) => ballot.voted.some((one) => one === account)).length;
  const owed = ballots.filter(
    (ballot) => isUnderWay(ballot) && ballot.missing.some(({ accountId }) => accountId === account),
  ).length;
  if (voted === 0 && owed === 0) return [h("small", {}, "none")];
  return [
    owed > 0 ? h("span", { class: "chip warn" }, `${owed} not cast`) : null,
    voted > 0 ? h("span", { class: "chip good" }, `${voted} cast`) : null,
  ];
}

/** A ballot that somebody began, or that the state itself waits for. */
export function isUnderWay({ method, voted }: Ballot): boolean {
  return voted.length > 0 || /^(start_|vote_pk|vote_reshared)/.test(method);
}

function entriesOf(state: ProtocolState): readonly ParticipantEntry[] {
  if (state.kind === "NotInitialized") return [];
  const members = membersOf(state).participants;
  const proposed = state.kind === "Resharing" ? state.resharing_key.parameters.participants.participants : [];
  const known = new Set(members.map(([account]) => account));
  return [...members, ...proposed.filter(([account]) => !known.has(account))].sort(
    ([, one], [, other]) => one - other,
  );
}
