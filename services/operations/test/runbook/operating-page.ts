import { readFileSync } from "node:fs";

/** What a line of a `sh` block in docs/operating.md asks for. */
export type RunbookStep =
  /** The next commands are for this machine. */
  | { readonly kind: "machine"; readonly name: string }
  | { readonly kind: "command"; readonly line: string }
  /** The log of the program that was started last says this event. */
  | { readonly kind: "wait"; readonly event: string }
  /** A file or folder of this machine goes to another one, under its own name. */
  | { readonly kind: "carry"; readonly path: string; readonly to: string }
  /** The command before printed this. */
  | { readonly kind: "says"; readonly text: string };

const PAGE = "docs/operating.md";
const RUNBOOK = "\n# Runbook\n";

/** Headings of the runbook's entries, in order. */
export function runbookEntries(): readonly string[] {
  const [, runbook = ""] = page().split(RUNBOOK);
  return [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
}

/** All steps in the `sh` blocks under a heading. Throws when there is none, or a comment that says none of the known. */
export function stepsUnder(heading: string): readonly RunbookStep[] {
  const section = page()
    .split(/^## |^# Runbook$/m)
    .find((each) => each.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${PAGE}: expected a heading "${heading}"`);
  const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = ""]) => text);
  const steps = blocks.flatMap((block) => block.trim().split("\n").map(parseLine));
  if (steps.length === 0) throw new Error(`${PAGE}, "${heading}": expected commands, found none`);
  return steps;
}

function page(): string {
  return readFileSync(PAGE, "utf8");
}

function parseLine(line: string): RunbookStep {
  if (!line.startsWith("#")) return { kind: "command", line };
  const [, event] = /^# Wait for (\S+) in its log\.$/.exec(line) ?? [];
  if (event !== undefined) return { kind: "wait", event };
  const [, text] = /^# It says: (.+)$/.exec(line) ?? [];
  if (text !== undefined) return { kind: "says", text };
  const [, path = "", to] = /^# Carry (\S+) to (.+)\.$/.exec(line) ?? [];
  if (to !== undefined) return { kind: "carry", path, to };
  const [, name] = /^# (?:On|With) (.+?)(?:, with .*)?:$/.exec(line) ?? [];
  if (name !== undefined) return { kind: "machine", name };
  throw new Error(`${PAGE}: expected a comment that a test can follow, found "${line}"`);
}
