import { isRetryable } from "../errors/base-error.ts";
import { ReportedError, RpcError, UNNAMED_CAUSE } from "../errors/rpc-error.ts";
import { type AskNode, askNode, type RpcEndpoint } from "./json-rpc.ts";
import { DEFAULT_RETRY_POLICY, withRetries } from "./retry.ts";

/**
 * Asks the first endpoint, and the others in turn where it fails in a way that another may not.
 *
 * This is for availability only: whichever answers is believed. The first endpoint's retry policy counts rounds
 * over all of them. Throws the last endpoint's error.
 */
export function askAnyNode(endpoints: readonly [RpcEndpoint, ...RpcEndpoint[]]): AskNode {
  const { name, use } = anyNode(endpoints);
  return { name, ask: (method, params, signal) => use((node) => node.ask(method, params, signal), signal) };
}

/** Several endpoints of which one that can answer is enough. */
export interface AnyNode {
  readonly name: string;
  /** Repeats the whole of `attempt`, its checks of the answer included, as `askAnyNode` says. */
  use<Value>(attempt: (node: AskNode) => Promise<Value>, signal?: AbortSignal): Promise<Value>;
}

/** Makes the port for the endpoints. Throws RpcError `RPC_BAD_URL`; opens no connection. */
export function anyNode(endpoints: readonly [RpcEndpoint, ...RpcEndpoint[]]): AnyNode {
  const [first] = endpoints;
  const nodes = endpoints.map((endpoint) => askNode({ ...endpoint, retry: { attempts: 1 } }));
  const policy = { ...DEFAULT_RETRY_POLICY, ...first.retry };
  return {
    name: nodes.map((node) => node.name).join(", "),
    use: (attempt, signal) => withRetries(() => inTurn(nodes, attempt), policy, signal),
  };
}

async function inTurn<Value>(
  nodes: readonly AskNode[],
  attempt: (node: AskNode) => Promise<Value>,
): Promise<Value> {
  let last: unknown;
  for (const node of nodes) {
    try {
      return await attempt(node);
    } catch (error) {
      if (!isRetryable(error) && !isEndpointFault(error)) throw error;
      last = error;
    }
  }
  throw last;
}

/** Whether it is the endpoint that can't or won't answer (a refused API key, junk), so that another one may. */
export function isEndpointFault(error: unknown): boolean {
  if (error instanceof ReportedError) return error.reported.cause === UNNAMED_CAUSE;
  return error instanceof RpcError && error.code !== "RPC_ABORTED";
}
