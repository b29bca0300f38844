import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Sha256Hex } from "../../contract/src/protocol/brand.ts";
import { config, proposedUpdates, state } from "../../sdk/src/actions/views.ts";
import { compareProposal, fileHash, type ProposedFile } from "../../sdk/src/inspect/compare-proposal.ts";
import { inspectAt } from "../../sdk/src/inspect/pinned-contract.ts";
import { parseProposal } from "../../sdk/src/inspect/proposal-hash.ts";
import { renderProposals } from "../../sdk/src/inspect/render/render-proposals.ts";
import { EXIT, ProgramError, usageError } from "../operations/program-error.ts";
import { blockOf, sourceOf } from "./source-options.ts";
import { type Output, printReport } from "./terminal.ts";

/** What `proposal` is given. */
export interface ProposalOptions {
  readonly file?: string;
  readonly hash: boolean;
  readonly contractId?: string;
  readonly rpcUrl?: readonly string[];
  readonly at?: number;
  readonly json: boolean;
}

/**
 * With a file and no contract: prints the hash of its content, offline. With a contract: the proposals on chain, and
 * whether the file is one of them; if it isn't, throws ProgramError `PROPOSAL_NOT_ON_CHAIN` after printing.
 */
export async function showProposal(
  options: ProposalOptions,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const { contractId, file: path, rpcUrl } = options;
  const file = path === undefined ? null : await readProposedFile(path);
  if (contractId === undefined || rpcUrl === undefined) {
    if (file === null)
      throw usageError("PROPOSAL_MISSING", "expected --file, or --contract-id with --rpc-url");
    return printHash(options, output, fileHash(file));
  }
  const source = sourceOf({ contractId, rpcUrl });
  const report = await inspectAt(
    source,
    blockOf(options),
    async ({ reader }) => {
      const [read, updates] = await Promise.all([state(reader), proposedUpdates(reader)]);
      const settings = read.value.kind === "NotInitialized" ? null : (await config(reader)).value;
      return compareProposal(read.value, updates.value, settings, file);
    },
    signal,
  );
  const { value } = report;
  if (options.hash && !options.json) {
    for (const { ballot, hash } of value.onChain)
      output.write(`${hash ?? "settings-only"} ${ballot.method}\n`);
  } else {
    const lines = renderProposals(report, { now: Date.now(), width: output.columns() });
    printReport(output, { json: report, lines }, options.json);
  }
  if (value.file !== null && !value.file.isOnChain) {
    const message = `nobody has voted for the content of ${path}, hash ${value.file.hash}; compare what you were sent with what is on chain`;
    throw new ProgramError(EXIT.refused, "PROPOSAL_NOT_ON_CHAIN", message);
  }
}

function printHash({ json }: ProposalOptions, output: Output, hash: string): void {
  output.write(json ? `${JSON.stringify({ hash })}\n` : `${hash}\n`);
}

const WASM_MAGIC = "\0asm";
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** A proposal's JSON, or the code of an update, told apart by the first bytes. */
async function readProposedFile(path: string): Promise<ProposedFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw usageError("PROPOSAL_FILE_UNREADABLE", `${path} can't be read: ${error.message}`, error);
  });
  if (bytes.length > MAX_FILE_BYTES) {
    throw usageError("PROPOSAL_FILE_UNREADABLE", `${path} is longer than any proposal`);
  }
  if (bytes.subarray(0, WASM_MAGIC.length).toString("latin1") === WASM_MAGIC) {
    return { kind: "code", sha256: createHash("sha256").update(bytes).digest("hex") as Sha256Hex };
  }
  return parseProposal(bytes.toString("utf8"));
}
