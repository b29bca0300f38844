import { unreachable } from "../../../../contract/src/protocol/errors.ts";
import { eventMeaning } from "../explain.ts";
import type { EventGap, EventsReport, SeenEvent } from "../read-events.ts";
import { indented, type Line, line, span } from "./lines.ts";

/** Events, oldest first, with what they say; then what could not be looked at. */
export function renderEvents(report: EventsReport): readonly Line[] {
  const { events, from, gaps, to } = report;
  const range =
    from === null ? "No block was looked through." : `Blocks ${from} to ${to}, as told by one endpoint.`;
  const none =
    from !== null && events.length === 0 ? [line(), line("The contract logged nothing in them.")] : [];
  return [line(range), ...gaps.map(gapLine), ...none, ...events.flatMap(eventLines)];
}

function gapLine({ height, reason }: EventGap): Line {
  return line(span("incomplete: ", "warn"), gapText(reason, height));
}

/** What a gap means and how to close it. */
export function gapText(reason: EventGap["reason"], height: number): string {
  switch (reason) {
    case "blocks_not_kept":
      return `the endpoint doesn't have block ${height} and those before; an archival endpoint has`;
    case "cap_reached":
      return `block ${height} and those before weren't read; raise --max-blocks to go further back`;
    case "transaction_not_found":
      return `something changed the contract in block ${height}, but its transaction wasn't found`;
    default:
      return unreachable(reason);
  }
}

function eventLines({
  data,
  event,
  height,
  signerId,
  timeMillis,
  transactionHash,
}: SeenEvent): readonly Line[] {
  const time = new Date(timeMillis).toISOString().slice(0, 19).replace("T", " ");
  return [
    line(),
    line(
      span(height, "dim"),
      " ",
      span(event, "strong"),
      span(` ${time} UTC, by ${signerId} in ${transactionHash}`, "dim"),
    ),
    ...indented([
      line(eventMeaning(event) ?? "An event that this version doesn't know."),
      ...dataLines(data),
    ]),
  ];
}

/** One line for each value; nested ones as JSON. */
export function dataLines(data: Readonly<Record<string, unknown>>): readonly Line[] {
  return Object.entries(data).map(([name, value]) => line(span(`${name}: `, "dim"), valueText(value)));
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
