import { addInitOptions, configCommand, createProgram } from "../operations/cli-options.ts";
import { checkConfigText, readConfigFile } from "../operations/common-config.ts";
import { lockFolder } from "../operations/folder-lock.ts";
import { createProgramFolder } from "../operations/program-folder.ts";
import { runProgram, untilStopped } from "../operations/run-program.ts";
import { reportText, requireNothingWrong } from "../operations/verify-report.ts";
import { systemFiles } from "../store/files.ts";
import { type BackupInit, backupConfigText, readBackupConfig } from "./config.ts";
import { drill } from "./drill.ts";
import { exportBackup, requireRecipients } from "./export-backup.ts";
import { importBackup } from "./import-backup.ts";
import { printBackupStatus } from "./print-status.ts";
import { registrationText } from "./registration.ts";
import { runBackupProgram } from "./run-backup-program.ts";
import { verifyBackup } from "./verify-backup.ts";

interface WithConfig {
  readonly config: string;
}

const NAME = "mpc-backup";
const INIT_EXAMPLE = `
Example:
  mpc-backup init --folder backup --account-id you.near --contract-id mpc.near --network-id mainnet \\
    --rpc-url https://rpc.one.example https://rpc.two.example`;

const print = (text: string): void => {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
};

await runProgram(NAME, async (signal) => {
  const program = createProgram(NAME, "Keeps the backup of one MPC node's keyshares and brings them back");
  addInitOptions(
    program.command("init").description("make a folder with keys and config; print the public keys"),
  )
    .option("--age-recipient <recipient...>", "age1… keys of operators that shall open the backups too", [])
    .addHelpText("after", INIT_EXAMPLE)
    .action(init);
  configCommand(program, NAME, "run", "watch the contract, back up, recover; until stopped").action(
    async ({ config }: WithConfig) => {
      const read = await readConfigFile(config, readBackupConfig);
      const lock = await lockFolder(read.data_folder);
      await untilStopped(signal, () => runBackupProgram(read, signal)).finally(lock.release);
    },
  );
  configCommand(
    program,
    NAME,
    "status",
    "answer one question per line: who, what is held since when, what is on chain, last drill, what comes next",
  ).action(async ({ config }: WithConfig) => {
    await printBackupStatus(await readConfigFile(config, readBackupConfig), signal);
  });
  configCommand(
    program,
    NAME,
    "drill",
    "restore the backup into a scratch node and prove its shares; also while the service runs",
  ).action(async ({ config }: WithConfig) => {
    const { shares, epoch_id, keyset_hash } = await drill(
      await readConfigFile(config, readBackupConfig),
      signal,
    );
    print(`drill passed: ${shares} shares of keyset epoch ${epoch_id} ${keyset_hash} restored and proven`);
  });
  configCommand(
    program,
    NAME,
    "registration",
    "print the arguments of register_backup_service, to name this service to the contract with the full-access key",
  ).action(async ({ config }: WithConfig) => {
    print(await registrationText(await readConfigFile(config, readBackupConfig)));
  });
  configCommand(program, NAME, "verify", "check everything on disk against the chain").action(
    async ({ config }: WithConfig) => {
      const findings = await verifyBackup(await readConfigFile(config, readBackupConfig), signal);
      print(reportText(findings));
      requireNothingWrong(findings);
    },
  );
  configCommand(
    program,
    NAME,
    "export",
    "write a copy of the backup that the stock age tool opens",
    " --out backup.age",
  )
    .requiredOption("--out <file>", "file to make")
    .option(
      "--age-recipient <recipient...>",
      "age1… keys that shall open it, instead of those in the config",
      [],
    )
    .action(async ({ config, out, ageRecipient }: WithConfig & { out: string; ageRecipient: string[] }) => {
      print(await exportBackup(await readConfigFile(config, readBackupConfig), out, ageRecipient, signal));
    });
  program
    .command("import")
    .description(
      "take a backup from stdin, as age prints it, and store it sealed; while the service is stopped",
    )
    .requiredOption("--config <file>", "config file")
    .addHelpText(
      "after",
      "\nExample:\n  age --decrypt --identity operator.key backup.age | mpc-backup import --config backup/config.json",
    )
    .action(async ({ config }: WithConfig) => {
      const read = await readConfigFile(config, readBackupConfig);
      const lock = await lockFolder(read.data_folder);
      print(await importBackup(read, process.stdin, signal).finally(lock.release));
    });
  await program.parseAsync();
});

async function init(options: BackupInit & { readonly folder: string }): Promise<void> {
  if (options.ageRecipient.length > 0) requireRecipients(options.ageRecipient);
  const text = backupConfigText(options);
  checkConfigText(text, readBackupConfig);
  const made = await createProgramFolder(systemFiles, options.folder, options.accountId, text);
  print(JSON.stringify({ account_id: options.accountId, ...made }, null, 2));
}
