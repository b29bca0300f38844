import { Command, InvalidArgumentError, Option } from "commander";

/** A command line that throws instead of ending the process; see `runProgram` for the exit codes. */
export function createProgram(name: string, description: string): Command {
  return new Command(name).description(description).exitOverride().showHelpAfterError(`(see ${name} --help)`);
}

/** A whole number from `min` to `max`. */
export function integerOption(flags: string, description: string, min: number, max: number): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  });
}

/** The options that `init` of both programs takes. */
export function addInitOptions(command: Command): Command {
  return command
    .requiredOption("--folder <folder>", "folder to make, with keys and config")
    .requiredOption("--account-id <account>", "NEAR account of the node operator")
    .requiredOption("--contract-id <account>", "NEAR account of the recovery contract")
    .requiredOption("--network-id <name>", "network id in the contract's config, for instance testnet")
    .requiredOption("--rpc-url <url...>", "NEAR RPC endpoints: two or more, or one with --own-node")
    .option("--own-node", "the endpoint is the operator's own NEAR node", false)
    .addOption(
      integerOption("--local-port <port>", "loopback port for health and metrics", 0, 65_535).default(0),
    )
    .addOption(
      integerOption(
        "--poll-interval-millis <millis>",
        "how often to look at the contract",
        50,
        3_600_000,
      ).default(5_000),
    )
    .addOption(
      integerOption(
        "--transport <version>",
        "how keyshares travel between node and backup service, the same for both: 1 pinned TLS, 2 web requests",
        1,
        2,
      ).default(1),
    );
}

/** A command that takes `--config`, with an example that can be run as it is; `more` are further options of it. */
export function configCommand(
  program: Command,
  programName: string,
  command: string,
  description: string,
  more = "",
): Command {
  const folder = programName.replace("mpc-", "");
  return program
    .command(command)
    .description(description)
    .requiredOption("--config <file>", "config file")
    .addHelpText("after", `\nExample:\n  ${programName} ${command} --config ${folder}/config.json${more}`);
}
