import { isRetryable } from "../errors/base-error.ts";
import { ReportedError, RpcError } from "../errors/rpc-error.ts";
import { type AskNode, askNode, type RpcEndpoint } from "./json-rpc.ts";
import { DEFAULT_RETRY_POLICY, withRetries } from "./retry.ts";

/**
 * Asks the first endpoint, and the others in turn where it fails in a way that another may not.
 *
 * This is for availability only: whichever answers is believed. The first endpoint's retry policy counts rounds
 * over all of them. Throws the last endpoint's error.
 */
export function askAnyNode(endpoints: readonly [RpcEndpoint, ...RpcEndpoint[]]): AskNode {
  const [first] = endpoints;
  const nodes = endpoints.map((endpoint) => askNode({ ...endpoint, retry: { attempts: 1 } }));
  const policy = { ...DEFAULT_RETRY_POLICY, ...first.retry };
  return {
    name: nodes.map((node) => node.name).join(", "),
    ask: (method, params, signal) =>
      withRetries(() => askInTurn(nodes, (node) => node.ask(method, params, signal)), policy, signal),
  };
}

async function askInTurn(
  nodes: readonly AskNode[],
  ask: (node: AskNode) => Promise<unknown>,
): Promise<unknown> {
  let last: unknown;
  for (const node of nodes) {
    try {
      return await ask(node);
    } catch (error) {
      if (!isRetryable(error) && !isEndpointFault(error)) throw error;
      last = error;
    }
  }
  throw last;
}

/** Whether it is the endpoint that can't or won't answer (a refused API key, junk), so that another one may. */
export function isEndpointFault(error: unknown): boolean {
  return error instanceof RpcError && !(error instanceof ReportedError) && error.code !== "RPC_ABORTED";
}
