import type { BlockHeight } from "../../../contract/src/protocol/brand.ts";
import { askersIn } from "../../../sdk/src/inspect/find-askers.ts";
import type { Inspected } from "../../../sdk/src/inspect/inspected.ts";
import { quotedPath } from "../../../sdk/src/inspect/render/render-requests.ts";
import { safeText } from "../../../sdk/src/inspect/render/safe-text.ts";
import { blocksFor, count, shortened } from "../../../sdk/src/inspect/render/wording.ts";
import {
  isCrowded,
  type SigningDomainReport,
  signingReport,
  type WaitingSignature,
} from "../../../sdk/src/inspect/signing-report.ts";
import { type Child, h } from "./dom.ts";
import type { EventLog } from "./event-log.ts";
import type { Look } from "./look.ts";

type Block = Inspected<unknown>["block"];

/** Which domains take signature requests, and what waits. Who asked comes from the events that the page has read. */
export function requests({ block, value }: Inspected<Look>, { events }: EventLog): readonly Child[] {
  const { pending, state } = value;
  const { domains, limit, waiting } = signingReport(state, pending, askersIn(events, pending), block.height);
  if (domains.length === 0) return [h("p", {}, "There is no key to sign with yet.")];
  const full = waiting.length >= limit ? ` ${limit} is as many as may wait.` : "";
  const sentence =
    waiting.length === 0 ? "No signature request waits." : `${count(waiting.length, "request")} waiting.`;
  return [
    h("ul", { class: "domains" }, ...domains.map(domainItem)),
    h("p", {}, sentence, full),
    waiting.length === 0 ? null : table(waiting, block),
  ];
}

function domainItem({ domainId, refusal }: SigningDomainReport): HTMLElement {
  return h(
    "li",
    {},
    h(
      "span",
      { class: `chip ${refusal === null ? "good" : "bad"}` },
      refusal === null ? "takes requests" : "takes none",
    ),
    ` Domain ${domainId}`,
    refusal === null ? null : h("small", {}, refusal.meaning, " ", refusal.details.join(", ")),
  );
}

/** So many are shown; the others are counted. */
const SHOWN = 20;

function table(waiting: readonly WaitingSignature[], block: Block): HTMLElement {
  const rest = waiting.length - SHOWN;
  const heads = ["Asked by", "Payload", "Callers", "Waits"];
  return h(
    "div",
    {},
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", {}, ...waiting.slice(0, SHOWN).map((each) => row(each, block))),
    ),
    rest <= 0 ? null : h("p", { class: "note" }, `${rest} more; mpc-inspect requests lists all.`),
  );
}

function row(waiting: WaitingSignature, block: Block): HTMLElement {
  const { asker, callers, domainId, payload, payloadKind, requestId } = waiting;
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      asker === null ? "unknown" : asker.predecessorId,
      asker === null ? null : h("code", { class: "path" }, safeText(quotedPath(asker.path))),
      h("small", {}, `request ${shortened(requestId, 17)}`),
    ),
    cell(
      "Payload",
      `${payloadKind} for domain ${domainId}`,
      h("small", {}, `${payload.length / 2} bytes: ${shortened(payload, 17)}`),
    ),
    cell("Callers", String(callers), isCrowded(waiting) ? h("span", { class: "chip warn" }, "full") : null),
    cell("Waits", ...waitParts(waiting, block)),
  );
}

function waitParts(
  { blocksLeft, callers, timesOutOn, waitedBlocks }: WaitingSignature,
  block: Block,
): readonly Child[] {
  const who = callers > 1 ? "The first caller" : "It";
  const end = blocksLeft === null ? "The first caller has given up." : timesOut(who, timesOutOn, blocksLeft);
  return [blocksFor(waitedBlocks, block), h("small", {}, end)];
}

function timesOut(who: string, timesOutOn: BlockHeight | null, blocksLeft: number): string {
  return `${who} times out on block ${timesOutOn}, in ${count(blocksLeft, "block")}.`;
}

function cell(label: string, ...children: readonly Child[]): HTMLElement {
  return h("td", { "data-label": label }, h("div", {}, ...children));
}
