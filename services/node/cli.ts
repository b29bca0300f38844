import { join } from "node:path";
import { openFileKeyshareStore } from "../keyshare/file-keyshare-store.ts";
import { addInitOptions, configCommand, createProgram, integerOption } from "../operations/cli-options.ts";
import { checkConfigText, PORT, readConfigFile } from "../operations/common-config.ts";
import { lockFolder } from "../operations/folder-lock.ts";
import { openProgram } from "../operations/open-program.ts";
import { createProgramFolder, replaceKeys } from "../operations/program-folder.ts";
import { runProgram, untilStopped } from "../operations/run-program.ts";
import { reportText, requireNothingWrong } from "../operations/verify-report.ts";
import { systemFiles } from "../store/files.ts";
import { type NodeConfig, type NodeInit, nodeConfigText, readNodeConfig } from "./config.ts";
import { printNodeStatus } from "./print-status.ts";
import { NODE_SHARES, runNodeProgram } from "./run-node-program.ts";
import { generateKeysCommand } from "./signer/generate-keys-command.ts";
import { DEFAULT_PATIENCE } from "./signer/p2p/run-key-generation.ts";
import { verifyNode } from "./verify-node.ts";

interface WithConfig {
  readonly config: string;
}

const NAME = "mpc-node";
const INIT_EXAMPLE = `
Example:
  mpc-node init --folder node --account-id you.near --contract-id mpc.near --network-id mainnet \\
    --rpc-url https://rpc.one.example https://rpc.two.example --url https://node.you.example:4000 --listen-port 4000`;

const print = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

await runProgram(NAME, async (signal) => {
  const program = createProgram(
    NAME,
    "Runs one MPC node: signs, serves backups, comes back through Recovery",
  );
  addInitOptions(
    program.command("init").description("make a folder with keys and config; print the public keys"),
  )
    .requiredOption("--url <url>", "https URL under which others reach this node, as in the contract")
    .option("--listen-host <host>", "address to listen on", "127.0.0.1")
    .addOption(
      integerOption("--listen-port <port>", "port to listen on", PORT.min, PORT.max).makeOptionMandatory(),
    )
    .option("--sign-for-participants", "sign whatever a participant asks for (demonstrations)", false)
    .addHelpText("after", INIT_EXAMPLE)
    .action(async (options: NodeInit & { folder: string }) => {
      const text = nodeConfigText(options);
      checkConfigText(text, readNodeConfig);
      const made = await createProgramFolder(systemFiles, options.folder, options.accountId, text);
      print({ account_id: options.accountId, ...made });
    });
  program
    .command("run")
    .description("onboard, sign, serve backups, recover; until stopped or replaced")
    .requiredOption("--config <file>", "config file")
    .option(
      "--accept-missing-backup",
      "enter Recovery even if no backup of the current keyset is confirmed",
      false,
    )
    .addHelpText("after", "\nExample:\n  mpc-node run --config node/config.json")
    .action(async ({ config, acceptMissingBackup }: WithConfig & { acceptMissingBackup: boolean }) => {
      const read = await readConfigFile(config, readNodeConfig);
      const lock = await lockFolder(read.data_folder);
      const run = () => runNodeProgram(read, acceptMissingBackup, signal);
      await untilStopped(signal, run).finally(lock.release);
    });
  configCommand(
    program,
    NAME,
    "status",
    "answer one question per line: who, what the contract says, what is held, who attested it, what comes next",
  ).action(async ({ config }: WithConfig) => {
    await printNodeStatus(await readConfigFile(config, readNodeConfig), signal);
  });
  configCommand(
    program,
    NAME,
    "verify",
    "check everything on disk against the chain, shares by their keys",
  ).action(async ({ config }: WithConfig) => {
    const findings = await verifyNode(await readConfigFile(config, readNodeConfig), signal);
    process.stdout.write(reportText(findings));
    requireNothingWrong(findings);
  });
  configCommand(
    program,
    NAME,
    "reactivate",
    "make new NEAR and TLS keys for a stopped machine, so that it may come back through Recovery",
  ).action(async ({ config }: WithConfig) => {
    const read = await readConfigFile(config, readNodeConfig);
    const lock = await lockFolder(read.data_folder);
    print(await replaceKeys(read).finally(lock.release));
  });
  program
    .command("generate-keys")
    .description("make the network's keys together with the other participants, before the contract starts")
    .requiredOption("--config <file>", "config file")
    .requiredOption("--participants <file>", "the participants file, the same for all")
    .addHelpText(
      "after",
      "\nExample:\n  mpc-node generate-keys --config node/config.json --participants participants.json",
    )
    .action(async ({ config, participants }: WithConfig & { participants: string }) => {
      process.stdout.write(
        `${await generateKeys(await readConfigFile(config, readNodeConfig), participants, signal)}\n`,
      );
    });
  await program.parseAsync();
});

async function generateKeys(
  config: NodeConfig,
  participantsFile: string,
  signal: AbortSignal,
): Promise<string> {
  const { identity, storeKey, owner } = await openProgram(config);
  const lock = await lockFolder(config.data_folder);
  try {
    const store = await openFileKeyshareStore(
      systemFiles,
      join(config.data_folder, NODE_SHARES),
      storeKey,
      owner,
    );
    const { listen } = config;
    return await generateKeysCommand({
      participantsFile,
      identity,
      listen,
      store,
      patience: DEFAULT_PATIENCE,
      signal,
    });
  } finally {
    await lock.release();
  }
}
