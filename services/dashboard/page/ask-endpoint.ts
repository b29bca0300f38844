import type { AskNode } from "../../../sdk/src/client/json-rpc.ts";
import { ReportedError, RpcError } from "../../../sdk/src/errors/rpc-error.ts";

const TIMEOUT_MILLIS = 15_000;
const MAX_BYTES = 4 * 1024 * 1024;
const REQUEST_ID = "mpc-recovery";

/** Asks a NEAR RPC endpoint from a browser: one attempt, since the page looks again anyway. Throws RpcError. */
export function askEndpoint(url: string): AskNode {
  const name = new URL(url).origin;
  return {
    name,
    async ask(method, params, signal) {
      const ending = new AbortController();
      const end = () => ending.abort();
      const timer = setTimeout(end, TIMEOUT_MILLIS);
      signal?.addEventListener("abort", end);
      try {
        return judge(await post(url, method, params, ending.signal, name), name);
      } catch (error) {
        if (error instanceof RpcError) throw error;
        const isLate = ending.signal.aborted && !signal?.aborted;
        throw new RpcError(
          isLate ? "RPC_TIMEOUT" : "RPC_UNREACHABLE",
          name,
          isLate ? "didn't answer in time" : "can't be reached",
          {
            retryable: true,
            hints: ["Check the URL and the network; the endpoint must allow requests from web pages (CORS)."],
            cause: error,
          },
        );
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
      }
    },
  };
}

async function post(
  url: string,
  method: string,
  params: unknown,
  signal: AbortSignal,
  name: string,
): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: REQUEST_ID, method, params }),
    redirect: "error",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
    signal,
  });
  const answer = jsonOf(await readText(response, name));
  const isReported = typeof fieldsOf(answer).error === "object" && fieldsOf(answer).error !== null;
  if (response.status !== 200 && !isReported) {
    throw new RpcError("RPC_HTTP_STATUS", name, `answered with HTTP status ${response.status}`, {
      retryable: true,
    });
  }
  return answer;
}

async function readText(response: Response, name: string): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    size += part.value.length;
    if (size > MAX_BYTES) {
      await reader?.cancel();
      throw new RpcError("RPC_ANSWER_TOO_LARGE", name, `sent more than ${MAX_BYTES} bytes`, {
        retryable: false,
      });
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}

function judge(answer: unknown, name: string): unknown {
  const { error, id, result } = fieldsOf(answer);
  if (error !== undefined) {
    const { cause, data, message, name: kind } = fieldsOf(error);
    const { info, name: named } = fieldsOf(cause);
    throw new ReportedError(name, {
      cause: String(named ?? kind ?? "UNNAMED"),
      info,
      data,
      message: typeof message === "string" ? message : "",
    });
  }
  if (id === REQUEST_ID && result !== undefined) return result;
  throw new RpcError("RPC_ANSWER_INVALID", name, "sent something other than a JSON-RPC answer", {
    retryable: true,
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
