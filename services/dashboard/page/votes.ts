import { reasonText } from "../../../sdk/src/inspect/render/render-votes.ts";
import { count } from "../../../sdk/src/inspect/render/wording.ts";
import type { Ballot } from "../../../sdk/src/inspect/votes-report.ts";
import { type Child, h } from "./dom.ts";
import { isUnderWay } from "./participants.ts";

/** The open questions; those that somebody answered come first. */
export function votes(ballots: readonly Ballot[]): readonly Child[] {
  const open = [...ballots.filter(isUnderWay), ...ballots.filter((ballot) => !isUnderWay(ballot))];
  if (open.length === 0) return [h("p", {}, "Nothing is being voted on.")];
  return [h("ul", { class: "ballots" }, ...open.map(ballotItem))];
}

function ballotItem(ballot: Ballot): HTMLElement {
  const { effect, method, missing, needed, proposalHash, subject, voted } = ballot;
  const all = voted.length + needed;
  const progress = h("progress", {
    max: String(Math.max(1, all)),
    value: String(voted.length),
    "aria-label": `Votes for: ${subject}`,
  });
  return h(
    "li",
    {},
    h("h3", {}, subject),
    proposalHash === null ? null : h("p", { class: "hash" }, "Content ", h("code", {}, proposalHash)),
    progress,
    h(
      "p",
      {},
      h("strong", {}, `${count(voted.length, "vote")}, ${needed} more needed`),
      ` with `,
      h("code", {}, method),
      `. Then: ${effect}.`,
    ),
    voted.length === 0
      ? null
      : h(
          "p",
          { class: "names" },
          "Voted: ",
          ...voted.map((account) => h("span", { class: "chip good" }, account)),
        ),
    h(
      "ul",
      { class: "missing" },
      ...missing.map(({ accountId, reason }) =>
        h("li", {}, h("span", { class: "chip warn" }, accountId), ` ${reasonText(reason)}`),
      ),
    ),
  );
}
