import type { NextAction } from "../next-actions.ts";
import { command, heading, indented, type Line, line, span } from "./lines.ts";

/** What can be done now: what operators decide in full, what programs do by themselves in short. */
export function nextLines(actions: readonly NextAction[]): readonly Line[] {
  const ready = actions.filter(({ by, toFillIn }) => by === "operator" && toFillIn.length === 0);
  const open = actions.filter(({ by, toFillIn }) => by === "operator" && toFillIn.length > 0);
  const programs = actions.filter(({ by, toFillIn }) => by !== "operator" && toFillIn.length === 0);
  return [
    ...(ready.length > 0 ? heading("operators can do now (tried as a dry run)") : []),
    ...ready.flatMap(readyLines),
    ...(programs.length > 0 ? heading("for the programs, by themselves") : []),
    ...programs.map(programLine),
    ...(open.length > 0 ? heading("possible with values that only you know") : []),
    ...open.flatMap(openLines),
  ];
}

/** The same with a heading where there is nothing. */
export function renderNext(actions: readonly NextAction[]): readonly Line[] {
  return actions.length === 0 ? [line(), line("Nothing can be done now.")] : nextLines(actions);
}

function readyLines(action: NextAction): readonly Line[] {
  const { accounts, becomes, method, needsFullAccess } = action;
  return [
    line(span(method, "strong"), " by ", span(accounts.join(", "), "good"), becomesText(becomes)),
    ...indented([
      ...(needsFullAccess ? [line(span("takes the full-access key", "warn"))] : []),
      command(action.command),
    ]),
  ];
}

function programLine({ accounts, becomes, by, method }: NextAction): Line {
  const program = by === "node" ? "mpc-node" : "mpc-backup";
  return line(span(method, "strong"), ` by ${program} of ${accounts.join(", ")}`, becomesText(becomes));
}

function openLines({ becomes, method, toFillIn, command: text }: NextAction): readonly Line[] {
  return [
    line(span(method, "strong"), becomesText(becomes), span(`, fill in ${toFillIn.join(", ")}`, "dim")),
    ...indented([command(text)]),
  ];
}

function becomesText(kinds: NextAction["becomes"]): string {
  return kinds.length === 0 ? "" : ` -> ${kinds.join(" or ")}`;
}
