import { type Command, InvalidArgumentError } from "commander";
import { createProgram, integerOption } from "../operations/cli-options.ts";
import { EXIT } from "../operations/program-error.ts";
import { runProgram } from "../operations/run-program.ts";
import { PAGES, type Page } from "./pages.ts";
import { PAGE_FILE, serveDashboard } from "./serve-dashboard.ts";
import { showDiff } from "./show-diff.ts";
import { type EventsOptions, showEvents } from "./show-events.ts";
import { type ExplainOptions, showExplanation } from "./show-explanation.ts";
import { showPage } from "./show-page.ts";
import { type ProposalOptions, showProposal } from "./show-proposal.ts";
import {
  accountId,
  addBlockOption,
  addSourceOptions,
  blockOf,
  type SourceOptions,
  sourceOf,
} from "./source-options.ts";
import { STANDARD_OUTPUT as OUTPUT } from "./terminal.ts";

const MAX_HEIGHT = Number.MAX_SAFE_INTEGER;
const EXAMPLE = "--contract-id mpc.near --rpc-url https://rpc.one.example https://rpc.two.example";

interface PageOptions extends SourceOptions {
  readonly at?: number;
  readonly json: boolean;
  readonly watch: boolean;
  readonly interval: number;
}

// Whoever read the output, as `head` does, may have enough.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === "EPIPE" ? EXIT.ok : EXIT.refused),
);

await runProgram("mpc-inspect", async (signal) => {
  const program = createProgram(
    "mpc-inspect",
    "Shows what an MPC network's contract is doing and what to do next",
  );
  for (const page of PAGES) addPage(program, page, signal);
  addEvents(program, signal);
  addExplain(program, signal);
  addDiff(program, signal);
  addProposal(program, signal);
  addServe(program, signal);
  await program.parseAsync();
});

function addPage(program: Command, page: Page, signal: AbortSignal): void {
  const command = addJson(addBlockOption(addSourceOptions(program.command(page.name))))
    .description(page.description)
    .option("--watch", "look again and again until stopped", false)
    .addOption(integerOption("--interval <seconds>", "time between two looks", 1, 3600).default(5))
    .addHelpText("after", `\nExample:\n  mpc-inspect ${page.name} ${EXAMPLE}`);
  command.action(async (options: PageOptions) => {
    await showPage(page, sourceOf(options), OUTPUT, {
      at: blockOf(options),
      isJson: options.json,
      isWatched: options.watch,
      intervalMillis: options.interval * 1000,
      signal,
    });
  });
}

function addEvents(program: Command, signal: AbortSignal): void {
  addJson(addBlockOption(addSourceOptions(program.command("events"))))
    .description("what the contract logged since a block, read from the receipts' logs")
    .addOption(
      integerOption("--since <height>", "first block to look at", 0, MAX_HEIGHT).makeOptionMandatory(),
    )
    .addOption(integerOption("--max-blocks <number>", "most blocks to read", 1, 1_000_000).default(1000))
    .addHelpText("after", `\nExample:\n  mpc-inspect events --since 150000000 ${EXAMPLE}`)
    .action((options: EventsOptions) => showEvents(options, OUTPUT, signal));
}

function addExplain(program: Command, signal: AbortSignal): void {
  addJson(program.command("explain"))
    .description("what a transaction did, or what an error means and what to do about it")
    .argument(
      "<what...>",
      "a transaction's hash, an error's code or text, or - to read the text from standard input",
    )
    .option("--contract-id <account>", "NEAR account of the recovery contract", accountId)
    .option("--rpc-url <url...>", "NEAR RPC endpoints, for a transaction")
    .option(
      "--sender <account>",
      "who signed the transaction, for endpoints that don't track all shards",
      accountId,
    )
    .addHelpText("after", "\nExample:\n  mpc-inspect explain RECOVERY_COOLDOWN")
    .action((what: readonly string[], options: ExplainOptions) =>
      showExplanation(what.join(" "), options, OUTPUT, signal),
    );
}

function addDiff(program: Command, signal: AbortSignal): void {
  addJson(addSourceOptions(program.command("diff")))
    .description("what differs between the states at two blocks")
    .argument("<before>", "height of the earlier block", height)
    .argument("<after>", "height of the later block", height)
    .addHelpText("after", `\nExample:\n  mpc-inspect diff 150000000 150007200 ${EXAMPLE}`)
    .action((before: number, after: number, options: SourceOptions & { json: boolean }) =>
      showDiff({ before, after }, options, OUTPUT, signal),
    );
}

function addProposal(program: Command, signal: AbortSignal): void {
  addJson(addBlockOption(program.command("proposal")))
    .description(
      "what is proposed, by content: a file's hash, offline, or whether the file is what is voted on",
    )
    .option("--file <path>", "a proposal's JSON, or the wasm of an update")
    .option("--hash", "print hashes only", false)
    .option("--contract-id <account>", "NEAR account of the recovery contract", accountId)
    .option("--rpc-url <url...>", "NEAR RPC endpoints")
    .addHelpText(
      "after",
      `\nExamples:\n  mpc-inspect proposal --hash --file proposal.json\n  mpc-inspect proposal --file proposal.json ${EXAMPLE}`,
    )
    .action((options: ProposalOptions) => showProposal(options, OUTPUT, signal));
}

function addServe(program: Command, signal: AbortSignal): void {
  addSourceOptions(program.command("serve"))
    .description("show the dashboard in a browser on this machine, until stopped")
    .addOption(
      integerOption("--port <port>", "port on 127.0.0.1; 0 takes a free one", 0, 65_535).default(4884),
    )
    .addHelpText("after", `\nExample:\n  mpc-inspect serve ${EXAMPLE}`)
    .action(async (options: SourceOptions & { port: number }) => {
      await serveDashboard(options, OUTPUT, signal, PAGE_FILE);
    });
}

function addJson(command: Command): Command {
  return command.option("--json", "print the data as JSON instead of text", false);
}

function height(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Expected a block's height.");
}
