import { eventMeaning } from "../../../sdk/src/inspect/explain.ts";
import type { SeenEvent } from "../../../sdk/src/inspect/read-events.ts";
import { gapText } from "../../../sdk/src/inspect/render/render-events.ts";
import { type Child, h } from "./dom.ts";
import type { EventLog } from "./event-log.ts";

/** What the contract logged, newest first. */
export function timeline({ events, from, gaps, to }: EventLog, problem: string | null): readonly Child[] {
  const range = from === null ? "Not read yet." : `Blocks ${from} to ${to}, as one endpoint tells it.`;
  return [
    h("p", { class: "range" }, range),
    problem === null ? null : h("p", { class: "note" }, problem),
    ...gaps.map(({ height, reason }) => h("p", { class: "note" }, `Incomplete: ${gapText(reason, height)}.`)),
    events.length === 0 && from !== null ? h("p", {}, "The contract logged nothing in them.") : null,
    ...eventLists(events.map(eventItem)),
  ];
}

/** So many are shown at once; older ones are folded away. */
const RECENT = 8;

function eventLists(items: readonly HTMLElement[]): readonly Child[] {
  const older = items.slice(RECENT);
  return [
    h("ol", { class: "timeline", reversed: true }, ...items.slice(0, RECENT)),
    older.length === 0
      ? null
      : h(
          "details",
          { id: "older-events" },
          h("summary", {}, `${older.length} older`),
          h("ol", { class: "timeline", reversed: true }, ...older),
        ),
  ];
}

function eventItem(seen: SeenEvent): HTMLElement {
  const { data, event, height, signerId, timeMillis, transactionHash } = seen;
  const time = new Date(timeMillis);
  const id = `event-${height}-${transactionHash}-${event}`;
  const who = typeof data.account_id === "string" ? data.account_id : signerId;
  return h(
    "li",
    { class: kindOf(event) },
    h(
      "p",
      { class: "when" },
      h("time", { datetime: time.toISOString() }, time.toLocaleString()),
      h("span", { class: "dot" }, " · "),
      `block ${height}`,
    ),
    h("p", {}, h("strong", {}, event), h("span", { class: "who" }, ` ${who}`)),
    h("p", {}, eventMeaning(event) ?? "An event that this version doesn't know."),
    h(
      "details",
      { id },
      h(
        "summary",
        { id: `${id}-summary` },
        "Values",
        h("span", { class: "hidden" }, ` of ${event} in block ${height}`),
      ),
      h(
        "dl",
        { class: "values" },
        ...Object.entries({ ...data, signer: signerId, transaction: transactionHash }).flatMap(
          ([name, value]) => [
            h("dt", {}, name),
            h("dd", {}, typeof value === "string" ? value : JSON.stringify(value)),
          ],
        ),
      ),
    ),
  );
}

function kindOf(event: string): string {
  if (/cancel|expired|dropped|aborted/.test(event)) return "bad";
  return /concluded|changed|reshared|generated|confirmed/.test(event) ? "good" : "plain";
}
