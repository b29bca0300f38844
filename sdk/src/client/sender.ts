import type { AccountId } from "../../../contract/src/protocol/brand.ts";
import type { Ed25519KeyPair } from "../crypto/keys.ts";
import { secretKeyText, signerKey } from "../crypto/keys.ts";
import { isRetryable } from "../errors/base-error.ts";
import { ReportedError } from "../errors/rpc-error.ts";
import {
  errorFromInvalidTransaction,
  TransactionError,
  variantName,
  variantValue,
} from "../errors/transaction-error.ts";
import { askAnyNode, isEndpointFault } from "./ask-any-node.ts";
import type { CallContract, CallOptions, CallOutcome } from "./call-contract.ts";
import { callOutcome } from "./call-outcome.ts";
import { type AskNode, askNode, type RpcEndpoint } from "./json-rpc.ts";
import { blockParams, FINAL } from "./read-contract.ts";
import { DEFAULT_RETRY_POLICY, type RetryPolicy, withRetries } from "./retry.ts";
import { type SignedCall, signCall } from "./sign-call.ts";

/** What a sender needs. Run one sender per access key: two would race for its nonces. */
export interface SenderOptions {
  readonly endpoint: RpcEndpoint;
  /** Used when the first doesn't answer. A sender believes any of them; what must be sure is read afterwards. */
  readonly fallbackEndpoints?: readonly RpcEndpoint[];
  readonly contractId: string;
  readonly accountId: string;
  readonly keyPair: Ed25519KeyPair;
}

/**
 * Signs calls with one access key and sends them, one after the other.
 *
 * An unanswered transaction is sent again with the same bytes, which the network carries out at most once; a
 * new one is signed only when the old one can't happen any more.
 */
export function createSender(options: SenderOptions): CallContract {
  const endpoints = [options.endpoint, ...(options.fallbackEndpoints ?? [])] as const;
  const sender: Sender = {
    node: askAnyNode(endpoints),
    // Resending is decided in this file, so each request is made once.
    broadcast: endpoints.map((endpoint) => askNode({ ...endpoint, retry: { attempts: 1 } })),
    ...options,
    publicKey: signerKey(options.keyPair.publicKey),
    secretKey: () => secretKeyText(options.keyPair),
    lastNonce: 0n,
  };
  let queue: Promise<unknown> = Promise.resolve();
  return {
    accountId: options.accountId as AccountId,
    signerKey: sender.publicKey,
    call: (method, args, callOptions) => {
      const turn = queue.then(() => callInTurn(sender, method, args, callOptions));
      queue = turn.catch(() => undefined);
      return turn;
    },
  };
}

interface Sender {
  readonly node: AskNode;
  readonly broadcast: readonly AskNode[];
  readonly contractId: string;
  readonly accountId: string;
  readonly publicKey: ReturnType<typeof signerKey>;
  readonly secretKey: () => string;
  /** The highest nonce used here, since an endpoint that lags shows an older one; 0 after one was made up. */
  lastNonce: bigint;
}

function callInTurn(
  sender: Sender,
  method: string,
  args: unknown,
  options: CallOptions,
): Promise<CallOutcome> {
  const attempt = async () => {
    const signed = await sign(sender, method, args, options);
    return callOutcome(await broadcast(sender, signed, options), signed.hash);
  };
  return retryingOnly(["NONCE_TAKEN", "TRANSACTION_EXPIRED"], attempt, options.signal);
}

async function sign(
  sender: Sender,
  method: string,
  args: unknown,
  options: CallOptions,
): Promise<SignedCall> {
  const { accountId, contractId, publicKey } = sender;
  const query = { request_type: "view_access_key", account_id: accountId, public_key: publicKey };
  const key = await accessKey(sender, { ...query, finality: "optimistic" }, options.signal);
  const block = (await sender.node.ask("block", blockParams(FINAL), options.signal)) as {
    header?: { hash?: unknown };
  } | null;
  const blockHash = block?.header?.hash;
  if (typeof blockHash !== "string") throw new TransactionError("TRANSACTION_INVALID", block);
  if (key > sender.lastNonce) sender.lastNonce = key;
  sender.lastNonce += 1n;
  const nonce = sender.lastNonce;
  const { gas, depositYocto } = options;
  const call = { accountId, contractId, method, args, gas, depositYocto, nonce, blockHash };
  return signCall(call, sender.secretKey());
}

/** The access key's nonce. Throws TransactionError when the account or the key isn't there. */
async function accessKey(sender: Sender, query: unknown, signal: AbortSignal | undefined): Promise<bigint> {
  let answer: { nonce?: unknown; error?: unknown } | null;
  try {
    answer = (await sender.node.ask("query", query, signal)) as typeof answer;
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    if (error.code === "UNKNOWN_ACCOUNT")
      throw new TransactionError("SIGNER_MISSING", sender.accountId, error);
    if (error.code !== "UNKNOWN_ACCESS_KEY") throw error;
    throw new TransactionError("ACCESS_KEY_NOT_FOUND", sender.publicKey, error);
  }
  // Unknown keys come back as a result with an error text.
  const nonce = answer?.nonce;
  if (typeof nonce === "number" && Number.isSafeInteger(nonce)) return BigInt(nonce);
  throw new TransactionError("ACCESS_KEY_NOT_FOUND", answer?.error ?? sender.publicKey);
}

async function broadcast(
  sender: Sender,
  signed: SignedCall,
  { signal, answerMillis = 0 }: CallOptions,
): Promise<unknown> {
  let sent = 0;
  const send = async (): Promise<unknown> => {
    const node = sender.broadcast[sent % sender.broadcast.length] ?? sender.node;
    sent += 1;
    try {
      return await node.ask("send_tx", { signed_tx_base64: signed.base64, wait_until: "FINAL" }, signal);
    } catch (error) {
      if (isRetryable(error) || !isEndpointFault(error) || sent >= sender.broadcast.length) throw error;
      return send();
    }
  };
  try {
    return await withRetries(send, patience(answerMillis), signal);
  } catch (error) {
    const invalid = error instanceof ReportedError ? invalidTransaction(error) : undefined;
    // The first answer is about this transaction; later ones may be about its own success, as "nonce taken".
    if (variantName(invalid) === "NonceTooLarge") sender.lastNonce = 0n;
    if (invalid !== undefined && sent === 1) throw errorFromInvalidTransaction(invalid);
    if (error instanceof ReportedError && !error.retryable && sent === 1) throw error;
    return lookUp(sender, signed, error, signal);
  }
}

const SEND_POLICY = { ...DEFAULT_RETRY_POLICY, attempts: 5 };
/** A node says TIMEOUT_ERROR after so long; asking again goes on waiting for the same transaction. */
const NODE_WAITS_MILLIS = 10_000;

function patience(answerMillis: number): RetryPolicy {
  return { ...SEND_POLICY, attempts: SEND_POLICY.attempts + Math.ceil(answerMillis / NODE_WAITS_MILLIS) };
}

async function lookUp(
  sender: Sender,
  signed: SignedCall,
  cause: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const params = { tx_hash: signed.hash, sender_account_id: sender.accountId, wait_until: "FINAL" };
  try {
    return await sender.node.ask("tx", params, signal);
  } catch {
    throw new TransactionError("CALL_OUTCOME_UNKNOWN", signed.hash, cause);
  }
}

function invalidTransaction(error: ReportedError): unknown {
  const { data } = error.reported;
  return variantValue(variantValue(data, "TxExecutionError"), "InvalidTxError");
}

/** Retries on the given codes only: they say that the transaction never happened. */
async function retryingOnly<Value>(
  codes: readonly string[],
  attempt: () => Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      const again = error instanceof TransactionError && codes.includes(error.code);
      if (!again || made >= MAX_SIGNED || signal?.aborted) throw error;
    }
  }
}

const MAX_SIGNED = 3;
