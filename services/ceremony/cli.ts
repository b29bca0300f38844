import { createKeyFile, readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import { generateEd25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import { createProgram } from "../operations/cli-options.ts";
import { EXIT, ProgramError, usageError } from "../operations/program-error.ts";
import { runProgram } from "../operations/run-program.ts";
import { sealingKeys, sealSeed } from "../safe-mode/sealed-seed.ts";
import { createDurably, writeDurably } from "../store/durable-file.ts";
import { systemFiles } from "../store/files.ts";
import { closing, confirmShare, dealForCeremony, withAct } from "./acts.ts";
import { addApprovalCommands } from "./approval-commands.ts";
import { parsePlan } from "./body.ts";
import { followCeremony } from "./follow.ts";
import { addPlanCommand } from "./plan-command.ts";
import { readJsonFile, readSecretText, readWhole } from "./read-whole.ts";
import { addShareCommands } from "./share-commands.ts";
import { createShareKeyFile, readShareKeyFile } from "./share-key-file.ts";
import { entryHash, entryLine, parseTranscript, type TranscriptEntry } from "./transcript.ts";

interface DealOptions extends ActOptions {
  readonly sealingKey: string;
  readonly sealedSeed: string;
  readonly evidence?: string;
}

interface ActOptions {
  readonly transcript: string;
  readonly key: string;
}

const TRANSCRIPT = "--transcript ceremony.jsonl";
const EXAMPLES: Readonly<Record<string, string>> = {
  "share-key": "ceremony share-key --out share-key.json",
  "signing-key": "ceremony signing-key --out node-1.json",
  open: `ceremony open ${TRANSCRIPT} --key facilitator.json --plan plan.json`,
  join: `ceremony join ${TRANSCRIPT} --key node-1.json --account node-1.near`,
  deal: `ceremony deal ${TRANSCRIPT} --key dealer.json --sealing-key sealing-key --sealed-seed sealed-seed.json`,
  confirm: `ceremony confirm ${TRANSCRIPT} --key node-1.json --account node-1.near --share-key share-key.json`,
  close: `ceremony close ${TRANSCRIPT} --key facilitator.json`,
  verify: `ceremony verify ${TRANSCRIPT}`,
};

await runProgram("ceremony", async () => {
  const program = createProgram(
    "ceremony",
    "Splits a new master seed among operators, on a public signed transcript",
  );
  const act = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .requiredOption("--transcript <file>", "the transcript, which this adds a line to")
      .requiredOption("--key <file>", "key file of whoever acts")
      .addHelpText("after", `\nExample:\n  ${EXAMPLES[name]}`);
  program
    .command("share-key")
    .description("make the key that one's share is sealed to; print its public half")
    .requiredOption("--out <file>", "file to make")
    .addHelpText("after", `\nExample:\n  ${EXAMPLES["share-key"]}`)
    .action(async ({ out }: { out: string }) => {
      process.stdout.write(`${await createShareKeyFile(systemFiles, out)}\n`);
    });
  program
    .command("signing-key")
    .description("make the key that one signs one's acts with; print its public half")
    .requiredOption("--out <file>", "file to make")
    .addHelpText("after", `\nExample:\n  ${EXAMPLES["signing-key"]}`)
    .action(async ({ out }: { out: string }) => {
      const keyPair = generateEd25519KeyPair();
      await createKeyFile(out, { keyPair });
      process.stdout.write(`${keyPair.publicKey}\n`);
    });
  addPlanCommand(program);
  addApprovalCommands(program);
  addShareCommands(program);
  act("open", "facilitator: begin a transcript with the plan")
    .requiredOption(
      "--plan <file>",
      "network, contract, version, threshold, dealer and participants, as JSON",
    )
    .action(async (options: ActOptions & { plan: string }) => {
      const plan = parsePlan(readJsonFile(options.plan));
      const entries = withAct([], await authorOf(options), now(), { act: "opened", ...plan });
      const bytes = Buffer.from(entries.map(entryLine).join(""));
      if ((await createDurably(systemFiles, options.transcript, bytes)) === "exists") {
        throw usageError("TRANSCRIPT_EXISTS", `there is already something at ${options.transcript}`);
      }
      printProgress(entries);
    });
  act("join", "participant: agree to the plan and to one's keys in it")
    .requiredOption("--account <account>", "the participant's NEAR account")
    .action(async (options: ActOptions & { account: string }) => {
      await append(options, async () => ({ act: "joined", account: options.account }));
    });
  act("deal", "dealer: make the seed, share it, keep it sealed")
    .requiredOption("--sealing-key <file>", "the platform's sealing key, 64 hex digits")
    .requiredOption("--sealed-seed <file>", "where the sealed seed goes")
    .option("--evidence <file>", "the dealer's evidence; its sha256 goes into the transcript")
    .action((options: DealOptions) => deal(options));
  act("confirm", "participant: open one's share and confirm it")
    .requiredOption("--account <account>", "the participant's NEAR account")
    .requiredOption("--share-key <file>", "file made by share-key")
    .action(async (options: ActOptions & { account: string; shareKey: string }) => {
      const exchange = await readShareKeyFile(systemFiles, options.shareKey);
      await append(options, async (entries) =>
        confirmShare(followCeremony(entries), options.account, exchange),
      );
    });
  act("close", "facilitator: end it, once everybody has confirmed").action(async (options: ActOptions) => {
    await append(options, async (entries) => closing(followCeremony(entries)));
  });
  program
    .command("verify")
    .description("anybody: check every line; exit code 0 only for a ceremony that was closed")
    .requiredOption("--transcript <file>", "the transcript")
    .addHelpText("after", `\nExample:\n  ${EXAMPLES.verify}`)
    .action(async ({ transcript }: { transcript: string }) => {
      const entries = readTranscript(transcript);
      printProgress(entries);
      if (!followCeremony(entries).isClosed) {
        throw new ProgramError(
          EXIT.refused,
          "CEREMONY_OPEN",
          "every line is good, but the ceremony isn't closed",
        );
      }
    });
  await program.parseAsync();
});

async function deal(options: DealOptions): Promise<void> {
  const keys = sealingKeys(readSecretText(options.sealingKey));
  const evidence = options.evidence === undefined ? null : readWhole(options.evidence);
  await append(options, async (entries, dealer) => {
    const ceremony = followCeremony(entries);
    const { seed, body } = await dealForCeremony(ceremony, dealer, evidence);
    // The dealer's turn comes once: a line that nobody would take must not leave a sealed seed behind.
    withAct(entries, dealer, now(), body);
    const sealed = Buffer.from(`${sealSeed(seed, ceremony.plan, keys)}\n`);
    seed.fill(0);
    if ((await createDurably(systemFiles, options.sealedSeed, sealed)) === "exists") {
      throw usageError("SEALED_SEED_EXISTS", `there is already something at ${options.sealedSeed}`);
    }
    return body;
  });
}

type Body = Parameters<typeof withAct>[3];
type Author = Parameters<typeof withAct>[1];

async function append(
  options: ActOptions,
  decide: (entries: readonly TranscriptEntry[], author: Author) => Promise<Body>,
): Promise<void> {
  const author = await authorOf(options);
  const entries = readTranscript(options.transcript);
  const extended = withAct(entries, author, now(), await decide(entries, author));
  await writeDurably(systemFiles, options.transcript, Buffer.from(extended.map(entryLine).join("")));
  printProgress(extended);
}

async function authorOf({ key }: ActOptions): Promise<Author> {
  return (await readKeyFile(key)).keyPair;
}

function readTranscript(path: string): readonly TranscriptEntry[] {
  return parseTranscript(Buffer.from(readWhole(path)).toString("utf8"));
}

/** How far the ceremony is, and the hash that names the transcript. */
function printProgress(entries: readonly TranscriptEntry[]): void {
  const { plan, joined, backup, confirmed, isClosed } = followCeremony(entries);
  say({
    transcript_sha256: entryHash(entries.at(-1)!),
    entries: entries.length,
    network: plan.network,
    contract: plan.contract,
    version: plan.version,
    threshold: `${plan.threshold} of ${plan.participants.length}`,
    joined,
    commitment: backup?.commitment ?? null,
    confirmed,
    closed: isClosed,
  });
}

function say(facts: object): void {
  process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}
