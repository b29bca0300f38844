import { ReportedError, RpcError, UNNAMED_CAUSE } from "../errors/rpc-error.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy, withRetries } from "./retry.ts";

/** A NEAR JSON-RPC endpoint and how patient to be with it. */
export interface RpcEndpoint {
  /** `http(s)://…`, with whatever path the provider wants. Only its origin is ever shown. */
  readonly url: string;
  /** Sent with every request, for providers that want an API key in a header. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For one attempt. Default 15,000. */
  readonly timeoutMillis?: number;
  /** Default 4 MiB. */
  readonly maxResponseBytes?: number;
  readonly retry?: Partial<RetryPolicy>;
}

/** The port through which everything of the SDK asks a NEAR node. */
export interface AskNode {
  /** The endpoint's origin, for messages. */
  readonly name: string;
  /**
   * One JSON-RPC request; returns its `result`, unchecked.
   *
   * Throws RpcError (ReportedError where the endpoint reports one) after the retries that its code allows.
   */
  ask(method: string, params: unknown, signal?: AbortSignal): Promise<unknown>;
}

/** Makes the port for an endpoint. Throws RpcError `RPC_BAD_URL`; opens no connection. */
export function askNode(endpoint: RpcEndpoint): AskNode {
  const parsed = URL.canParse(endpoint.url) ? new URL(endpoint.url) : undefined;
  if (parsed === undefined || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    throw new RpcError("RPC_BAD_URL", JSON.stringify(withoutSecrets(endpoint.url)), "isn't an http(s) URL", {
      retryable: false,
    });
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw new RpcError("RPC_BAD_URL", parsed.origin, "is given with a user name or password", {
      retryable: false,
      hints: [
        "HTTP clients don't send them from a URL: put an API key into the path, the query or a header.",
      ],
    });
  }
  const policy = { ...DEFAULT_RETRY_POLICY, ...endpoint.retry };
  const name = parsed.origin;
  return {
    name,
    ask: (method, params, signal) =>
      withRetries(() => askOnce(endpoint, name, method, params, signal), policy, signal),
  };
}

/** What can be shown of a text that isn't a URL: neither path nor query nor credentials, which may be secret. */
function withoutSecrets(text: string): string {
  return text.replace(/^([a-z]*:\/\/)?(?:[^/@]*@)?([^/?#]*).*$/is, "$1$2");
}

const DEFAULT_TIMEOUT_MILLIS = 15_000;
const DEFAULT_MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
const REQUEST_ID = "mpc-recovery";

async function askOnce(
  endpoint: RpcEndpoint,
  name: string,
  method: string,
  params: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  // Not AbortSignal.any: on Node 20 the caller's signal would keep a trace of every request.
  const ending = new AbortController();
  const end = () => ending.abort();
  const timer = setTimeout(end, endpoint.timeoutMillis ?? DEFAULT_TIMEOUT_MILLIS);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  try {
    const response = await fetch(endpoint.url, {
      method: "POST",
      headers: { ...endpoint.headers, "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: REQUEST_ID, method, params }),
      redirect: "error",
      signal: ending.signal,
    });
    const text = await readText(response, name, endpoint.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES);
    return judge(response.status, text, name);
  } catch (error) {
    throw asRpcError(error, name, signal, ending.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}

async function readText(response: Response, name: string, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new RpcError("RPC_ANSWER_TOO_LARGE", name, `sent more than ${maxBytes} bytes`, {
        retryable: false,
      });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const RETRYABLE_STATUSES = new Set([408, 425, 429]);
const SERVER_FAULT = 500;

function judge(status: number, text: string, name: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  // Some endpoints send handler errors with status 4xx or 5xx and a proper body: the body says more.
  if (isRecord(answer) && isRecord(answer.error)) throw reportedError(answer.error, name);
  if (status !== 200) {
    const retryable = RETRYABLE_STATUSES.has(status) || status >= SERVER_FAULT;
    throw new RpcError("RPC_HTTP_STATUS", name, `answered with HTTP status ${status}`, { retryable });
  }
  if (!isRecord(answer) || answer.id !== REQUEST_ID || !("result" in answer)) {
    throw new RpcError("RPC_ANSWER_INVALID", name, "sent something other than a JSON-RPC answer", {
      retryable: true,
    });
  }
  return answer.result;
}

function reportedError(error: Record<string, unknown>, name: string): ReportedError {
  const cause = isRecord(error.cause) ? error.cause : {};
  const named = typeof cause.name === "string" ? cause.name : error.name;
  return new ReportedError(name, {
    cause: typeof named === "string" ? named : unnamedCause(error.code),
    info: cause.info,
    data: error.data,
    message: typeof error.message === "string" ? error.message : "",
  });
}

// What stands before a NEAR node, a limiter for instance, has numbers of its own and no causes.
const RATE_LIMIT_CODES: readonly unknown[] = [-429, 429, -32005];

function unnamedCause(code: unknown): string {
  return RATE_LIMIT_CODES.includes(code) ? "RATE_LIMITED" : UNNAMED_CAUSE;
}

function asRpcError(
  error: unknown,
  name: string,
  signal: AbortSignal | undefined,
  ending: AbortSignal,
): RpcError {
  if (error instanceof RpcError) return error;
  if (signal?.aborted) {
    return new RpcError("RPC_ABORTED", name, "was asked, but the request was aborted", { retryable: false });
  }
  if (ending.aborted) {
    return new RpcError("RPC_TIMEOUT", name, "didn't answer in time", { retryable: true });
  }
  if (error instanceof TypeError && error.message.includes("encod")) {
    return new RpcError("RPC_ANSWER_INVALID", name, "sent something that isn't UTF-8", { retryable: true });
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
  return new RpcError("RPC_UNREACHABLE", name, `can't be reached: ${reason}`, {
    retryable: true,
    hints: ["Check the URL, the network and that the endpoint is up."],
    cause: error,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
