import type { OpenProposal, ProposalComparison } from "../compare-proposal.ts";
import type { Inspected } from "../inspected.ts";
import { headerLines, type PrintOptions } from "./header.ts";
import { heading, indented, type Line, line, span } from "./lines.ts";
import { ballotLines } from "./render-votes.ts";

/** The proposals on chain by content, and whether a file is one of them. */
export function renderProposals(
  report: Inspected<ProposalComparison>,
  options: PrintOptions,
): readonly Line[] {
  const { file, onChain } = report.value;
  const none = [line(), line("No proposal is being voted on.")];
  return [
    ...headerLines(report, options),
    ...(file === null ? [] : fileLines(file.hash, file.isOnChain, file.changes)),
    ...(onChain.length === 0 ? none : onChain.flatMap(proposalLines)),
  ];
}

function proposalLines({ ballot, settings }: OpenProposal): readonly Line[] {
  return [
    ...ballotLines(ballot),
    ...indented(settings.map((change) => line(span("settings: ", "warn"), change))),
  ];
}

function fileLines(hash: string, isOnChain: boolean, changes: readonly string[]): readonly Line[] {
  const verdict = isOnChain
    ? line(span("agrees", "good"), " with a proposal on chain: same content, same hash")
    : line(span("is on chain nowhere", "bad"), ": nobody has voted for this content");
  return [
    ...heading("the file"),
    ...indented([line(span("content: ", "dim"), hash), verdict]),
    ...(changes.length === 0 ? [] : heading("what it would change")),
    ...indented(changes.map((change) => line(change))),
  ];
}
