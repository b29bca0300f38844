import { type Command, InvalidArgumentError } from "commander";
import type { AskNode } from "../../sdk/src/client/json-rpc.ts";
import type { BlockReference } from "../../sdk/src/client/read-contract.ts";
import type { InspectSource } from "../../sdk/src/inspect/pinned-contract.ts";
import { integerOption } from "../operations/cli-options.ts";
import { ACCOUNT_ID } from "../operations/common-config.ts";
import { usageError } from "../operations/program-error.ts";
import { inspectNode } from "./inspect-node.ts";

/** Which contract, and who is asked about it. */
export interface SourceOptions {
  readonly contractId: string;
  readonly rpcUrl: readonly string[];
}

/** Adds the options that say where to look. */
export function addSourceOptions(command: Command): Command {
  return command
    .requiredOption("--contract-id <account>", "NEAR account of the recovery contract", accountId)
    .requiredOption(
      "--rpc-url <url...>",
      "NEAR RPC endpoints: one is believed, of several two must agree and none may contradict",
    );
}

/** Adds the option for the block to look at. */
export function addBlockOption(command: Command): Command {
  const description = "height of the block to look at, instead of the newest final one";
  return command.addOption(integerOption("--at <height>", description, 0, Number.MAX_SAFE_INTEGER));
}

/** The newest final block, or the one asked for. */
export function blockOf({ at }: { readonly at?: number }): BlockReference {
  return at === undefined ? { finality: "final" } : { height: at };
}

/**
 * The source that the options name. Throws ProgramError of exit code 2 where an endpoint is named twice, since it
 * would agree with itself, and RpcError `RPC_BAD_URL`.
 */
export function sourceOf({ contractId, rpcUrl }: SourceOptions): InspectSource {
  const nodes = rpcUrl.map(inspectNode);
  const [first, ...others] = nodes;
  if (first === undefined) throw usageError("ENDPOINT_MISSING", "expected at least one --rpc-url");
  // The same host on another port or path is still the same party.
  const hosts = new Set(nodes.map(({ name }) => new URL(name).hostname));
  if (hosts.size < nodes.length) {
    throw usageError(
      "ENDPOINT_REPEATED",
      "expected each --rpc-url on a host of its own: an endpoint that is asked twice agrees with itself",
    );
  }
  return { contractId, nodes: [first, ...others] as [AskNode, ...AskNode[]] };
}

/** Checks an account id that an option or argument gives. */
export function accountId(text: string): string {
  if (ACCOUNT_ID.test(text)) return text;
  throw new InvalidArgumentError("Expected a NEAR account id.");
}
