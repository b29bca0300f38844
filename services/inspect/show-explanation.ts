import { explainError, explainTransaction } from "../../sdk/src/inspect/explain.ts";
import { readTransaction } from "../../sdk/src/inspect/read-transaction.ts";
import { errorLines, transactionLines } from "../../sdk/src/inspect/render/render-explanation.ts";
import { usageError } from "../operations/program-error.ts";
import { anyNode } from "./inspect-node.ts";
import { type Output, printReport } from "./terminal.ts";

/** What `explain` is given; the network only matters for a transaction. */
export interface ExplainOptions {
  readonly contractId?: string;
  readonly rpcUrl?: readonly string[];
  readonly sender?: string;
  readonly json: boolean;
}

const TRANSACTION_HASH = /^[1-9A-HJ-NP-Za-km-z]{43,44}$/;
const MAX_TEXT = 1_048_576;

/** Explains a transaction by its hash, or an error text; `-` reads the text from standard input. */
export async function showExplanation(
  what: string,
  options: ExplainOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  if (TRANSACTION_HASH.test(what)) return showTransaction(what, options, output, signal);
  const explanation = explainError(what === "-" ? await readInput() : what);
  printReport(output, { json: explanation, lines: errorLines(explanation) }, options.json);
}

async function showTransaction(
  hash: string,
  { contractId, json, rpcUrl, sender }: ExplainOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  if (contractId === undefined || rpcUrl === undefined) {
    throw usageError("ENDPOINT_MISSING", "to look a transaction up, expected --contract-id and --rpc-url");
  }
  const transaction = await readTransaction(anyNode(rpcUrl), hash, sender ?? contractId, signal);
  const explanation = explainTransaction(transaction, contractId);
  printReport(output, { json: explanation, lines: transactionLines(explanation) }, json);
}

async function readInput(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MAX_TEXT) throw usageError("INPUT_TOO_LONG", `expected at most ${MAX_TEXT} characters`);
  }
  return text;
}
