import { rmSync } from "node:fs";
import { initHome } from "../genesis/init-home.ts";
import { DEFAULT_PROTOCOL_VERSION, PROTOCOL_VERSIONS } from "../parameters/runtime-parameters.ts";
import { VERSION } from "../rpc/methods/chain-info.ts";
import { type Command, parseArguments, UsageError } from "./arguments.ts";
import { dumpRunningState } from "./dump-state.ts";
import { runNode } from "./run-node.ts";
import { watchParent } from "./watch-parent.ts";

const HELP = `near-sandbox: an embedded NEAR chain for tests and demos (one process, no consensus)

  near-sandbox [--home DIR] init [--chain-id ID] [--account-id ID] [--fast] [--test-seed TEXT]
                                 [--protocol-version ${PROTOCOL_VERSIONS.join("|")}]
  near-sandbox [--home DIR] run [--rpc-addr HOST:PORT] [--network-addr HOST:PORT (ignored)]
                                [--temporary-home (removed when the parent process dies)]
  near-sandbox [--home DIR] view-state dump-state [--stream] (of the node that runs on the home)
  near-sandbox --version
`;

/** Runs the command line; returns the exit code, or null while a node is running. */
export async function executeCommand(args: readonly string[]): Promise<number | null> {
  try {
    return await perform(parseArguments(args));
  } catch (error) {
    process.stderr.write(`near-sandbox: ${(error as Error).message}\n`);
    if (error instanceof UsageError) process.stderr.write(`\n${HELP}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function perform(command: Command): Promise<number | null> {
  switch (command.kind) {
    case "version":
      process.stdout.write(`neard (release ${VERSION.version}) (build ${VERSION.build}) (embedded chain)\n`);
      return 0;
    case "help":
      process.stdout.write(HELP);
      return 0;
    case "init": {
      const { kind: _, protocolVersion, ...options } = command;
      initHome({ ...options, protocolVersion: protocolVersion ?? defaultProtocolVersion() });
      return 0;
    }
    case "dumpState":
      await dumpRunningState(command.home, command.layout);
      return 0;
    case "run":
      return run(command);
  }
}

/** `NEAR_SANDBOX_PROTOCOL_VERSION` reaches a sandbox that a client library starts. */
function defaultProtocolVersion(): number {
  const text = process.env.NEAR_SANDBOX_PROTOCOL_VERSION;
  if (text === undefined || text === "") return DEFAULT_PROTOCOL_VERSION;
  const version = Number(text);
  if (PROTOCOL_VERSIONS.some((known) => known === version)) return version;
  throw new UsageError(
    `expected NEAR_SANDBOX_PROTOCOL_VERSION to be one of ${PROTOCOL_VERSIONS.join(", ")}, found '${text}'`,
  );
}

async function run(command: Extract<Command, { kind: "run" }>): Promise<null> {
  const running = await runNode(command);
  const stop = () => {
    void running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  watchParent(() => {
    if (command.homeLifetime === "parent") rmSync(command.home, { recursive: true, force: true });
    stop();
  });
  return null;
}
