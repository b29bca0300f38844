import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { type Approval, parseApproval } from "../../sdk/src/approval/statement.ts";
import { strictObject, strictText } from "../../sdk/src/attestation/strict-fields.ts";
import { askNode } from "../../sdk/src/client/json-rpc.ts";
import { createKeyFile } from "../../sdk/src/crypto/key-files.ts";
import { generateEd25519KeyPair } from "../../sdk/src/crypto/keys.ts";
import { tlsIdentityFromKeyPair } from "../../sdk/src/crypto/tls-identity.ts";
import { formatHead } from "../../sdk/src/lightclient/stored-head.ts";
import { readJsonFile, readWhole } from "../ceremony/read-whole.ts";
import { createShareKeyFile } from "../ceremony/share-key-file.ts";
import { createProgram, integerOption } from "../operations/cli-options.ts";
import { checkConfigText, PORT, readConfigFile } from "../operations/common-config.ts";
import { lockFolder } from "../operations/folder-lock.ts";
import { usageError } from "../operations/program-error.ts";
import { runProgram, untilStopped } from "../operations/run-program.ts";
import { createDurably } from "../store/durable-file.ts";
import { systemFiles } from "../store/files.ts";
import { askChallenge, askSenderOverTls } from "./ask-sender.ts";
import { type EnclaveInit, enclaveConfigText, readEnclaveConfig } from "./config.ts";
import { draftStatement } from "./draft-statement.ts";
import type { Start } from "./enclave-program.ts";
import { describeRecipient, type OpenedEnclave, openEnclave } from "./open-enclave.ts";
import { pinHead } from "./pin-head.ts";
import { runEnclave } from "./run-enclave.ts";

interface WithConfig {
  readonly config: string;
}

interface RunOptions extends WithConfig {
  readonly first: boolean;
  readonly takeOver?: string;
  readonly approval?: string;
  readonly breakGlass?: string;
  readonly recovered?: string;
}

const HASH = /^[0-9a-f]{64}$/;

await runProgram("enclave", async (signal) => {
  const program = createProgram("enclave", "Example of a program that holds a master seed and hands it over");
  addInit(program);
  program
    .command("head")
    .description("print the newest block of one's own young chain, for the image of a rehearsal")
    .requiredOption("--rpc-url <url>", "the node that is believed")
    .action(async ({ rpcUrl }: { rpcUrl: string }) => {
      process.stdout.write(`${formatHead(await pinHead(askNode({ url: rpcUrl })))}\n`);
    });
  const command = (name: string, description: string) =>
    program.command(name).description(description).requiredOption("--config <file>", "config file");
  command("evidence", "print what the program shows about itself").action(async ({ config }: WithConfig) => {
    print(await describeRecipient(await open(config)));
  });
  command("challenge", "ask the program that has the seed for its challenge; print the request's beginning")
    .requiredOption("--sender-url <url>", "https URL of that program")
    .requiredOption("--sender-key <key>", "its TLS key, ed25519:…")
    .action(
      async ({ config, senderUrl, senderKey }: WithConfig & { senderUrl: string; senderKey: string }) => {
        const { tls } = await open(config);
        const place = { url: senderUrl, key: senderKey };
        const challenge = await askChallenge(tlsIdentityFromKeyPair(tls), place);
        print({ sender_url: senderUrl, sender_key: senderKey, ...challenge });
      },
    );
  command("statement", "print the statement that would let this program have the seed")
    .requiredOption("--request <file>", "printed by challenge")
    .addOption(
      new Option("--purpose <purpose>", "whose statement it is")
        .choices(["upgrade", "break_glass"])
        .default("upgrade"),
    )
    .addOption(integerOption("--hours <number>", "how long it is in force", 1, 8_760).default(1))
    .action(async ({ config, request, purpose, hours }: WithConfig & DraftOptions) => {
      const enclave = await open(config);
      const { handover, measurement } = await readRequest(request);
      print(draftStatement(enclave, { purpose, nonce: handover, from: measurement, hours }));
    });
  command("run", "serve, hand over, and before that get the seed in one of these ways; until stopped")
    .option("--first", "make the seed of a new version, and publish its backup", false)
    .option("--take-over <file>", "ask the program that has the seed; printed by challenge")
    .option("--approval <file>", "the committee's approval, with --take-over")
    .option("--break-glass <file>", "the break-glass committee's approval, with --take-over")
    .option("--recovered <file>", "what safe mode sealed to this program")
    .action(async (options: RunOptions) => {
      const enclave = await open(options.config);
      const start = await startOf(enclave, options);
      const lock = await lockFolder(enclave.config.data_folder);
      await untilStopped(signal, () => runEnclave(enclave, start, signal)).finally(lock.release);
    });
  await program.parseAsync();
});

interface DraftOptions {
  readonly request: string;
  readonly purpose: "upgrade" | "break_glass";
  readonly hours: number;
}

function addInit(program: Command): void {
  program
    .command("init")
    .description("make a folder with keys and config; print the public keys")
    .requiredOption("--folder <folder>", "folder to make")
    .requiredOption("--image-file <file>", "the image's description")
    .requiredOption("--account-id <account>", "NEAR account of the program")
    .requiredOption("--rpc-url <url...>", "NEAR RPC endpoints; none is trusted")
    .requiredOption("--evidence-key <file>", "key file that signs development evidence")
    .requiredOption("--measurement <hex>", "what development evidence says of the program")
    .addOption(integerOption("--listen-port <port>", "where a successor asks", PORT.min, PORT.max).default(0))
    .addOption(integerOption("--local-port <port>", "loopback port", PORT.min, PORT.max).default(0))
    .addOption(
      integerOption("--poll-interval-millis <millis>", "how often to look", 50, 3_600_000).default(5_000),
    )
    .action(async (options: EnclaveInit & { folder: string }) => print(await init(options)));
}

async function init(options: EnclaveInit & { readonly folder: string }): Promise<object> {
  const text = enclaveConfigText(options);
  checkConfigText(text, readEnclaveConfig);
  const keys = join(options.folder, "keys");
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const [account, tls] = [generateEd25519KeyPair(), generateEd25519KeyPair()];
  await createKeyFile(join(keys, "near-key.json"), { accountId: options.accountId, keyPair: account });
  await createKeyFile(join(keys, "tls-key.json"), { keyPair: tls });
  const seal_key = await createShareKeyFile(systemFiles, join(keys, "seal-key.json"));
  await createNew(join(keys, "sealing-key"), randomBytes(32).toString("hex"));
  const config_file = resolve(options.folder, "config.json");
  await createNew(config_file, text);
  return { near_public_key: account.publicKey, tls_public_key: tls.publicKey, seal_key, config_file };
}

async function createNew(path: string, text: string): Promise<void> {
  if ((await createDurably(systemFiles, path, Buffer.from(text))) === "created") return;
  throw usageError("FOLDER_IN_USE", `there is already something at ${path}; choose another --folder`);
}

async function open(config: string): Promise<OpenedEnclave> {
  return openEnclave(await readConfigFile(config, readEnclaveConfig));
}

async function startOf(enclave: OpenedEnclave, options: RunOptions): Promise<Start> {
  const { first, takeOver, recovered } = options;
  if ([first || undefined, takeOver, recovered].filter((way) => way !== undefined).length > 1)
    throw usageError("OPTION_INVALID", "expected at most one of --first, --take-over and --recovered");
  if (takeOver === undefined && (options.approval ?? options.breakGlass) !== undefined)
    throw usageError("OPTION_INVALID", "--approval and --break-glass go with --take-over");
  if (first) return { kind: "first" };
  if (recovered !== undefined) {
    const envelope = Buffer.from(readWhole(recovered)).toString("utf8").trimEnd();
    return { kind: "recovered", envelope };
  }
  if (takeOver === undefined) return { kind: "wait" };
  const { sender_url, sender_key, handover } = await readRequest(takeOver);
  const about = {
    account: enclave.config.account_id,
    recipient: await describeRecipient(enclave),
    approval: await readApproval(options.approval),
    break_glass: await readApproval(options.breakGlass),
  };
  const ask = askSenderOverTls(tlsIdentityFromKeyPair(enclave.tls), sender_url, about);
  const isBreakGlass = about.break_glass !== null;
  return { kind: "take_over", handover, from: sender_key, ask, isBreakGlass };
}

async function readRequest(file: string) {
  const names = ["sender_url", "sender_key", "handover", "measurement"] as const;
  const fields = strictObject(readJsonFile(file), file, names);
  return {
    sender_url: strictText(fields.sender_url, `${file}: sender_url`, /^https:\/\//, 256),
    sender_key: strictText(fields.sender_key, `${file}: sender_key`, /^ed25519:/, 64),
    handover: strictText(fields.handover, `${file}: handover`, HASH, 64),
    measurement: strictText(fields.measurement, `${file}: measurement`, HASH, 64),
  };
}

async function readApproval(file: string | undefined): Promise<Approval | null> {
  return file === undefined ? null : parseApproval(readJsonFile(file));
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
