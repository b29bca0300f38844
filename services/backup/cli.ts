import { addInitOptions, createProgram } from "../operations/cli-options.ts";
import { readConfigFile } from "../operations/common-config.ts";
import { lockFolder } from "../operations/folder-lock.ts";
import { createProgramFolder } from "../operations/program-folder.ts";
import { runProgram, untilStopped } from "../operations/run-program.ts";
import { systemFiles } from "../store/files.ts";
import { type BackupInit, backupConfigText, readBackupConfig } from "./config.ts";
import { printBackupStatus } from "./print-status.ts";
import { runBackupProgram } from "./run-backup-program.ts";

const INIT_EXAMPLE = `
Example:
  mpc-backup init --folder backup --account-id node-1.near --contract-id mpc.near --network-id mainnet \\
    --rpc-url https://rpc.one.example https://rpc.two.example`;

await runProgram("mpc-backup", async (signal) => {
  const program = createProgram(
    "mpc-backup",
    "Keeps the backup of one MPC node's keyshares and brings them back",
  );
  addInitOptions(
    program.command("init").description("make a folder with keys and config; print the public keys"),
  )
    .addHelpText("after", INIT_EXAMPLE)
    .action(async (options: BackupInit & { folder: string }) => {
      const made = await createProgramFolder(
        systemFiles,
        options.folder,
        options.accountId,
        backupConfigText(options),
      );
      process.stdout.write(`${JSON.stringify({ account_id: options.accountId, ...made }, null, 2)}\n`);
    });
  program
    .command("run")
    .description("watch the contract, back up, recover; until stopped")
    .requiredOption("--config <file>", "config file")
    .addHelpText("after", "\nExample:\n  mpc-backup run --config backup/config.json")
    .action(async ({ config }: { config: string }) => {
      const read = await readConfigFile(config, readBackupConfig);
      const lock = await lockFolder(read.data_folder);
      await untilStopped(signal, () => runBackupProgram(read, signal)).finally(lock.release);
    });
  program
    .command("status")
    .description("answer one question per line: who, what is held, what is on chain, what comes next")
    .requiredOption("--config <file>", "config file")
    .addHelpText("after", "\nExample:\n  mpc-backup status --config backup/config.json")
    .action(async ({ config }: { config: string }) => {
      await printBackupStatus(await readConfigFile(config, readBackupConfig), signal);
    });
  await program.parseAsync();
});
