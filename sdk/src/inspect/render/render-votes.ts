import { unreachable } from "../../../../contract/src/protocol/errors.ts";
import type { Inspected } from "../inspected.ts";
import type { Ballot, MissingVoter } from "../votes-report.ts";
import { headerLines, type PrintOptions } from "./header.ts";
import { heading, indented, type Line, line, span } from "./lines.ts";
import { count } from "./wording.ts";

/** All open questions: who voted, who is missing, and why. */
export function renderVotes(report: Inspected<readonly Ballot[]>, options: PrintOptions): readonly Line[] {
  const ballots = report.value;
  const none = [line(), line("Nothing is being voted on.")];
  return [...headerLines(report, options), ...(ballots.length === 0 ? none : ballots.flatMap(ballotLines))];
}

/** One question. */
export function ballotLines(ballot: Ballot): readonly Line[] {
  const { effect, method, missing, needed, proposalHash, subject, voted } = ballot;
  const hash = proposalHash === null ? [] : [line(span("content: ", "dim"), span(proposalHash))];
  return [
    ...heading(subject),
    ...indented([
      ...hash,
      line(
        span(count(voted.length, "vote"), voted.length > 0 ? "good" : "plain"),
        voted.length > 0 ? ` by ${voted.join(", ")}` : "",
      ),
      line(span(`${needed} more`, needed > 0 ? "warn" : "good"), ` with ${method}, then: ${effect}`),
      ...missing.map(missingLine),
    ]),
  ];
}

function missingLine({ accountId, reason }: MissingVoter): Line {
  return line(span("missing ", "dim"), span(accountId, "warn"), span(` ${reasonText(reason)}`, "dim"));
}

/** Why the vote of an account is missing, in words. */
export function reasonText(reason: MissingVoter["reason"]): string {
  switch (reason) {
    case "not_voted":
      return "hasn't voted";
    case "voted_otherwise":
      return "voted for another proposal";
    case "not_admitted_yet":
      return "is new and may vote once enough members did";
    case "leads":
      return "leads: its node starts the attempt";
    default:
      return unreachable(reason);
  }
}
