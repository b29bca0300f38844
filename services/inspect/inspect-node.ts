import { askAnyNode } from "../../sdk/src/client/ask-any-node.ts";
import { type AskNode, askNode, type RpcEndpoint } from "../../sdk/src/client/json-rpc.ts";
import { backoffMillis, wait } from "../../sdk/src/client/retry.ts";
import { errorCode, isRetryable } from "../../sdk/src/errors/base-error.ts";
import { usageError } from "../operations/program-error.ts";

const POLICY = { attempts: 4, baseDelayMillis: 250, maxDelayMillis: 5_000 };
const ONCE = { attempts: 1 };

/** One endpoint, asked as `patiently` says. Throws RpcError `RPC_BAD_URL`; opens no connection. */
export function inspectNode(url: string): AskNode {
  return patiently(askNode({ url, retry: ONCE }));
}

/** The endpoints in turn, until one answers: for what one endpoint alone is believed about. */
export function anyNode(urls: readonly string[]): AskNode {
  const [first, ...others] = urls.map((url): RpcEndpoint => ({ url, retry: ONCE }));
  if (first === undefined) throw usageError("ENDPOINT_MISSING", "expected at least one --rpc-url");
  return patiently(askAnyNode([first, ...others]));
}

/** Asks again after failures that pass, but not for a block: some heights have none, and waiting makes none. */
function patiently(node: AskNode): AskNode {
  return {
    name: node.name,
    async ask(method, params, signal) {
      for (let made = 1; ; made += 1) {
        try {
          return await node.ask(method, params, signal);
        } catch (error) {
          const isFinal = errorCode(error) === "UNKNOWN_BLOCK" || !isRetryable(error);
          if (isFinal || made >= POLICY.attempts || signal?.aborted) throw error;
          await wait(backoffMillis(made, POLICY), signal);
        }
      }
    },
  };
}
