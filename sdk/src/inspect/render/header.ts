import type { Inspected } from "../inspected.ts";
import { type Line, line, span } from "./lines.ts";
import { duration } from "./wording.ts";

/** What a report is printed for: this moment, on paper this wide. */
export interface PrintOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Columns. */
  readonly width: number;
}

/** Older than this, what is shown may not hold any more. */
export const OLD_MILLIS = 120_000;

/** Where the report comes from: contract, block with its hash, age, and who says so. */
export function headerLines(report: Inspected<unknown>, { now }: PrintOptions): readonly Line[] {
  const { block, contractId, endpoints } = report;
  const age = now - block.timeMillis;
  const isOld = age > OLD_MILLIS;
  const believed = endpoints.length === 1;
  return [
    line(
      span(contractId, "strong"),
      " at block ",
      span(block.height, "strong"),
      span(` ${block.hash}`, "dim"),
    ),
    line(
      span(ageText(age), isOld ? "warn" : "dim"),
      span(believed ? ", as told by " : ", agreed on by ", believed ? "warn" : "dim"),
      span(endpoints.join(", "), "dim"),
      span(believed ? " alone" : "", "warn"),
    ),
  ];
}

function ageText(millis: number): string {
  if (millis < 0) return `${duration(millis)} ahead of this machine's clock`;
  return millis > OLD_MILLIS
    ? `${duration(millis)} old and may not hold any more`
    : `${duration(millis)} old`;
}
