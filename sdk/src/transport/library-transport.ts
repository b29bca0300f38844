import type { CallContract, CallOptions, CallOutcome } from "../client/call-contract.ts";
import { callOutcome } from "../client/call-outcome.ts";
import type { AskNode } from "../client/json-rpc.ts";
import { FINAL, type ReadContract, viewOnNode } from "../client/read-contract.ts";
import { RpcError } from "../errors/rpc-error.ts";
import { TransactionError } from "../errors/transaction-error.ts";
import { errorFromCall, errorFromView, nodeName } from "./library-errors.ts";

/** Libraries have no time limit of their own that could be relied on. */
const VIEW_LIMIT_MILLIS = 60_000;
const CALL_LIMIT_MILLIS = 180_000;

/** Sends one request of NEAR's JSON-RPC through a library and returns its `result`. */
export type AskThroughLibrary = (method: string, params: object) => Promise<unknown>;

/** Views through a library: its connection, the SDK's parsing. */
export function libraryReader(library: string, contractId: string, ask: AskThroughLibrary): ReadContract {
  const node: AskNode = {
    name: nodeName(library),
    ask: async (method, params, signal) => {
      const answer = ask(method, params as object).catch((thrown: unknown) => {
        throw errorFromView(thrown, library);
      });
      return await within(answer, VIEW_LIMIT_MILLIS, signal, (isAborted) =>
        isAborted
          ? new RpcError("RPC_ABORTED", nodeName(library), "was asked, but the request was aborted", {
              retryable: false,
            })
          : new RpcError("RPC_TIMEOUT", nodeName(library), "didn't answer in time", { retryable: true }),
      );
    },
  };
  return {
    view: (method, args, { at = FINAL, signal } = {}) =>
      viewOnNode(node, contractId, { method, args }, at, signal),
  };
}

/** A call as a library takes it, its arguments encoded. */
export interface EncodedCall extends Pick<CallOptions, "gas" | "depositYocto"> {
  readonly method: string;
  readonly args: Uint8Array;
}

/** Calls through a library; `send` returns the final outcome as the RPC gave it. */
export function libraryCaller(
  who: Pick<CallContract, "accountId" | "signerKey">,
  send: (call: EncodedCall) => Promise<unknown>,
): CallContract {
  return {
    ...who,
    call: async (method, args, { gas, depositYocto, signal }) => {
      if (signal?.aborted) throw new TransactionError("CALL_OUTCOME_UNKNOWN", "aborted");
      const encoded = args instanceof Uint8Array ? args : jsonBytes(args);
      const sent = send({ method, args: encoded, gas, depositYocto }).catch((thrown: unknown) => {
        throw errorFromCall(thrown);
      });
      const outcome = await within(
        sent,
        CALL_LIMIT_MILLIS,
        signal,
        () => new TransactionError("CALL_OUTCOME_UNKNOWN", undefined),
      );
      return outcomeOf(outcome);
    },
  };
}

function outcomeOf(answer: unknown): CallOutcome {
  const { transaction } = (answer ?? {}) as { transaction?: { hash?: unknown } };
  return callOutcome(answer, typeof transaction?.hash === "string" ? transaction.hash : "");
}

function jsonBytes(args: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(args ?? {}));
}

/** The promise's value, or `failure` once the time is up or the signal aborted; the promise itself goes on. */
function within<Value>(
  promise: Promise<Value>,
  limitMillis: number,
  signal: AbortSignal | undefined,
  failure: (isAborted: boolean) => Error,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(failure(signal?.aborted ?? false));
    const timer = setTimeout(giveUp, limitMillis);
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) giveUp();
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
    });
  });
}
