import { RPC_METHODS, UNSUPPORTED_METHODS } from "./methods.ts";
import type { RpcNode } from "./node.ts";
import { errorJson, internalError, methodNotFound, parseError, RpcError } from "./rpc-error.ts";

export interface RpcAnswer {
  readonly httpStatus: number;
  readonly body: unknown;
}

/** Answers one JSON-RPC request body. Never throws: what isn't understood becomes nearcore's error. */
export async function handleRequest(node: RpcNode, body: string): Promise<RpcAnswer> {
  let id: unknown = null;
  try {
    const request = parseRequest(body);
    id = request.id ?? null;
    const result = (await call(node, request)) ?? null;
    return { httpStatus: 200, body: { jsonrpc: "2.0", result, id } };
  } catch (error) {
    const rpcError = error instanceof RpcError ? error : unexpected(error);
    return { httpStatus: rpcError.httpStatus, body: { jsonrpc: "2.0", error: errorJson(rpcError), id } };
  }
}

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: unknown;
}

function parseRequest(body: string): Request {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    throw parseError(`the body is no JSON: ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw parseError("expected one JSON-RPC request object; batches are not supported");
  }
  const { id, method, params } = json as Record<string, unknown>;
  if (typeof method !== "string") throw parseError("expected the method's name in 'method'");
  return { id, method, params };
}

async function call(node: RpcNode, { method, params }: Request): Promise<unknown> {
  const handler = RPC_METHODS.get(method);
  if (handler !== undefined) return await handler(node, params);
  if (!UNSUPPORTED_METHODS.has(method)) throw methodNotFound(method);
  throw methodNotFound(method, `${method} is not supported by the embedded chain`);
}

function unexpected(error: unknown): RpcError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`near-sandbox: unexpected error: ${text}\n`);
  return internalError(error instanceof Error ? error.message : String(error));
}
