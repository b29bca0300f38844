import type { Inspected } from "../inspected.ts";
import {
  isCrowded,
  type SigningDomainReport,
  type SigningReport,
  type WaitingSignature,
} from "../signing-report.ts";
import { headerLines, type PrintOptions } from "./header.ts";
import { heading, indented, type Line, line, span } from "./lines.ts";
import { blocksFor, count, shortened } from "./wording.ts";

/** Which domains take requests and what waits for an answer, oldest first. */
export function renderRequests(report: Inspected<SigningReport>, options: PrintOptions): readonly Line[] {
  const { domains, limit, waiting } = report.value;
  return [
    ...headerLines(report, options),
    ...heading("domains"),
    ...(domains.length === 0 ? [line("There is no key to sign with yet.")] : domains.flatMap(domainLines)),
    ...heading(`waiting: ${waiting.length} of ${limit} at most`),
    ...(waiting.length === 0 ? [line("No signature request waits.")] : []),
    ...waiting.flatMap((each) => waitingLines(each, report)),
  ];
}

function domainLines({ domainId, refusal, waiting }: SigningDomainReport): readonly Line[] {
  const tail = `, ${count(waiting, "request")} waiting`;
  if (refusal === null) return [line(`domain ${domainId}: `, span("takes requests", "good"), tail)];
  return [
    line(`domain ${domainId}: `, span("takes no requests", "bad"), tail),
    ...indented([refusal.meaning, ...refusal.details].map((text) => line(span(text, "warn")))),
  ];
}

function waitingLines(waiting: WaitingSignature, { block }: Inspected<unknown>): readonly Line[] {
  const { asker, callers, domainId, payload, payloadKind, requestedIn, requestId, waitedBlocks } = waiting;
  const who =
    asker === null
      ? [span("unknown, no endpoint's events name the caller", "warn")]
      : [span(asker.predecessorId, "strong"), " under the path ", quotedPath(asker.path)];
  const crowd = isCrowded(waiting) ? span(": as many as may wait; one more is refused", "warn") : "";
  return [
    line(),
    line(span("request ", "dim"), requestId, ` for domain ${domainId}`),
    ...indented([
      line(span("asked by: ", "dim"), ...who),
      line(span("payload: ", "dim"), `${payloadKind}, ${payload.length / 2} bytes, `, shortened(payload)),
      line(span("callers: ", "dim"), String(callers), crowd),
      line(span("waits: ", "dim"), `${blocksFor(waitedBlocks, block)}, since block ${requestedIn}`),
      line(span("times out: ", "dim"), timeOutText(waiting, block)),
    ]),
  ];
}

/** When the wait ends if nobody answers. */
export function timeOutText(
  { blocksLeft, callers, timesOutOn }: WaitingSignature,
  block: Inspected<unknown>["block"],
): string {
  if (blocksLeft === null || timesOutOn === null) return "the first caller has given up; later ones wait on";
  const who = callers > 1 ? ", for the first caller" : "";
  return `on block ${timesOutOn}, in ${blocksFor(blocksLeft, block)}${who}`;
}

const SHOWN_CHARACTERS = 80;

/** A path as a JSON text, so that its ends show; the start and the length of a long one. */
export function quotedPath(path: string): string {
  const characters = [...path];
  if (characters.length <= SHOWN_CHARACTERS) return JSON.stringify(path);
  const start = characters.slice(0, SHOWN_CHARACTERS).join("");
  return `${JSON.stringify(start)}… of ${path.length} characters`;
}
