import { base58 } from "@scure/base";
import type { Block } from "../../chain/block.ts";
import { viewCall } from "../../chain/view-call.ts";
import type { Account } from "../../runtime/state.ts";
import { formatPublicKey, parsePublicKey } from "../../transaction/public-key.ts";
import { describeViewError } from "../../vm/describe-error.ts";
import { referencedState } from "../block-reference.ts";
import type { RpcNode } from "../node.ts";
import { base64Param, namedParams, type Params, textParam } from "../params.ts";
import { handlerError, parseError } from "../rpc-error.ts";
import { accessKeyView } from "../views/action-view.ts";

interface View {
  readonly node: RpcNode;
  readonly block: Block;
  readonly params: Params;
  readonly accountId: string;
  readonly account: Account;
}

const VIEWS: Readonly<Record<string, (view: View) => object>> = {
  view_account: viewAccount,
  view_code: viewCode,
  view_state: viewState,
  view_access_key: viewAccessKey,
  view_access_key_list: viewAccessKeyList,
  call_function: callFunction,
};

/**
 * `query`, by `request_type` or by the old positional path. A missing key and a failing method come back as `error`
 * inside the result, which is nearcore's way here.
 */
export function query(node: RpcNode, params: unknown): object {
  const named = Array.isArray(params) ? pathQuery(params) : namedParams(params, []);
  const requestType = textParam(named, "request_type");
  const view = Object.hasOwn(VIEWS, requestType) ? VIEWS[requestType] : undefined;
  if (view === undefined) {
    throw parseError(
      `Failed parsing args: unknown variant \`${requestType}\`, the embedded chain knows ${known()}`,
    );
  }
  return answer(node, named, view);
}

/** `EXPERIMENTAL_view_account` and its like: one request type of `query` as a method of its own. */
export function queryOf(requestType: string): (node: RpcNode, params: unknown) => object {
  return (node, params) => answer(node, namedParams(params, []), VIEWS[requestType]!);
}

function answer(node: RpcNode, params: Params, view: (view: View) => object): object {
  const { chain } = node;
  const block = referencedState(chain, params);
  const accountId = textParam(params, "account_id");
  const account = chain.state.accounts.get(accountId);
  if (account === undefined) {
    const info = {
      requested_account_id: accountId,
      block_height: Number(block.height),
      block_hash: block.hash,
    };
    throw handlerError("UNKNOWN_ACCOUNT", info, `account ${accountId} does not exist while viewing`);
  }
  const result = view({ node, block, params, accountId, account });
  return { ...result, block_height: Number(block.height), block_hash: block.hash };
}

/** Paths such as `account/alice`, `access_key/alice/ed25519:…`, `contract/alice`, `call/alice/method`. */
function pathQuery([path, data]: readonly unknown[]): Params {
  const [kind, accountId, detail] = String(path).split("/");
  const base = { account_id: accountId };
  const bytes = base64OfBase58(data);
  switch (kind) {
    case "account":
      return { ...base, request_type: "view_account" };
    case "access_key":
      return detail === undefined
        ? { ...base, request_type: "view_access_key_list" }
        : { ...base, request_type: "view_access_key", public_key: detail };
    case "code":
      return { ...base, request_type: "view_code" };
    case "contract":
      return { ...base, request_type: "view_state", prefix_base64: bytes };
    case "call":
      return { ...base, request_type: "call_function", method_name: detail, args_base64: bytes };
    default:
      throw parseError(`Failed parsing args: unknown query path '${path}'`);
  }
}

function viewAccount({ account }: View): object {
  return {
    amount: String(account.amountYocto),
    locked: String(account.lockedYocto),
    code_hash: account.codeHash,
    storage_usage: Number(account.storageUsageBytes),
    storage_paid_at: 0,
  };
}

function viewCode({ account, accountId, block }: View): object {
  if (account.code === null) {
    const info = {
      contract_account_id: accountId,
      block_height: Number(block.height),
      block_hash: block.hash,
    };
    const text = `Contract code for contract ID #${accountId} has never been observed on the node`;
    throw handlerError("NO_CONTRACT_CODE", info, text);
  }
  return { code_base64: Buffer.from(account.code).toString("base64"), hash: account.codeHash };
}

function viewState({ accountId, node, params }: View): object {
  const prefix = Buffer.from(base64Param(params, "prefix_base64")).toString("latin1");
  const data = node.chain.state.contractData.get(accountId) ?? new Map<string, Uint8Array>();
  const values = [...data]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => ({
      key: Buffer.from(key, "latin1").toString("base64"),
      value: Buffer.from(value).toString("base64"),
    }));
  return { values };
}

function viewAccessKey({ account, params }: View): object {
  const publicKey = publicKeyParam(params);
  const key = account.keys.get(publicKey);
  if (key === undefined) return { error: `access key ${publicKey} does not exist while viewing`, logs: [] };
  return accessKeyView(key) as object;
}

function viewAccessKeyList({ account }: View): object {
  const keys = [...account.keys].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    keys: keys.map(([publicKey, key]) => ({ public_key: publicKey, access_key: accessKeyView(key) })),
  };
}

const NO_CODE = { kind: "CompilationError", cause: "CodeDoesNotExist", detail: "" } as const;

function callFunction({ accountId, block, node, params }: View): object {
  const args = base64Param(params, "args_base64");
  const outcome = viewCall(node.chain, block, accountId, textParam(params, "method_name"), args);
  if (outcome === null) return { error: describeViewError(NO_CODE, accountId), logs: [] };
  const { error, logs, returnValue } = outcome;
  if (error !== null) return { error: describeViewError(error, accountId), logs };
  return { result: returnValue.kind === "Value" ? [...returnValue.bytes] : [], logs };
}

function publicKeyParam(params: Params): string {
  try {
    return formatPublicKey(parsePublicKey(textParam(params, "public_key")));
  } catch (error) {
    throw parseError(`Failed parsing args: ${(error as Error).message}`);
  }
}

function known(): string {
  return Object.keys(VIEWS).join(", ");
}

/** The old path form carries its bytes in base58. */
function base64OfBase58(data: unknown): string {
  try {
    return Buffer.from(base58.decode(String(data ?? ""))).toString("base64");
  } catch {
    throw parseError("Failed parsing args: expected base58 data");
  }
}
