import type { ErrorExplanation, TransactionExplanation } from "../explain.ts";
import { heading, indented, type Line, line, span } from "./lines.ts";
import { dataLines } from "./render-events.ts";

const GAS_PER_GGAS = 1_000_000_000n;
/** Longer arguments are cut: proposals list every participant. */
const MAX_ARGS = 2000;

/** An error's meaning and remedy. */
export function errorLines({ code, details, docsPath, meaning }: ErrorExplanation): readonly Line[] {
  return [
    line(span(code, "bad"), " ", meaning.replace(` (${code})`, "")),
    ...indented(details.map((detail) => line(detail))),
    ...(docsPath === null ? [] : indented([line(span("see ", "dim"), docsPath)])),
  ];
}

/** Who called what, and what came of it. */
export function transactionLines(explanation: TransactionExplanation): readonly Line[] {
  const { burntGas, calls, error, events, hash, outcome, receiverId, signerId, signerKey } = explanation;
  const tone = outcome === "succeeded" ? "good" : outcome === "failed" ? "bad" : "warn";
  return [
    line("transaction ", span(hash, "strong"), " ", span(outcome, tone)),
    line(span("by ", "dim"), signerId, span(` with the key ${signerKey}`, "dim")),
    line(span("to ", "dim"), receiverId, span(`, ${tgas(burntGas)} burnt`, "dim")),
    ...calls.flatMap(({ args, argsBytes, depositYocto, method }) => [
      ...heading(method),
      ...indented([
        line(span("attached: ", "dim"), `${depositYocto} yocto`),
        line(span("arguments: ", "dim"), argumentsText(args, argsBytes)),
      ]),
    ]),
    ...(error === null ? [] : [...heading("refused"), ...errorLines(error)]),
    ...(events.length === 0 ? [] : heading("events")),
    ...events.flatMap(({ data, event, meaning }) => [
      line(span(event, "strong"), ` ${meaning ?? "An event that this version doesn't know."}`),
      ...indented(dataLines(data)),
    ]),
  ];
}

function argumentsText(args: unknown, bytes: number): string {
  if (args === null) return `${bytes} bytes that aren't JSON`;
  const text = JSON.stringify(args);
  return text.length <= MAX_ARGS ? text : `${text.slice(0, MAX_ARGS)}… (${text.length} characters)`;
}

function tgas(gas: bigint): string {
  return `${Number(gas / GAS_PER_GGAS) / 1000} Tgas`;
}
