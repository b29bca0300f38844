import { EXIT, oneLine, ProgramError } from "./program-error.ts";

/** One thing that `verify` looked at; `text` is one line and holds no secret. */
export interface Finding {
  readonly verdict: "ok" | "wrong" | "note";
  readonly text: string;
}

export const ok = (text: string): Finding => ({ verdict: "ok", text });
export const wrong = (text: string): Finding => ({ verdict: "wrong", text });
/** Nothing to check, or something to know. */
export const note = (text: string): Finding => ({ verdict: "note", text });

/** The finding of a look that may throw: what is thrown is what is wrong. */
export async function lookAt(what: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return wrong(`${what}: ${oneLine(error)}`);
  }
}

/** One line for each finding, then the verdict. */
export function reportText(findings: readonly Finding[]): string {
  const lines = findings.map(({ verdict, text }) => `${verdict}: ${text}`);
  const bad = findings.filter(({ verdict }) => verdict === "wrong").length;
  const checked = findings.filter(({ verdict }) => verdict !== "note").length;
  const last = bad === 0 ? `verified: ${checked} checks` : `NOT verified: ${bad} of ${checked} checks`;
  return `${[...lines, last].join("\n")}\n`;
}

/** @throws ProgramError of exit code 1 `NOT_VERIFIED` when something is wrong */
export function requireNothingWrong(findings: readonly Finding[]): void {
  const first = findings.find(({ verdict }) => verdict === "wrong");
  if (first === undefined) return;
  throw new ProgramError(EXIT.refused, "NOT_VERIFIED", `something is wrong, first of all: ${first.text}`);
}
