import type { LocalNode } from "./local-node.ts";
import {
  addFullAccessKeyAction,
  callAction,
  createAccountAction,
  deployAction,
  type EncodedAction,
  signTransaction,
  transferAction,
} from "./sign-transaction.ts";

const NEAR = 10n ** 24n;
export const CALL_GAS = 30_000_000_000_000n;

/** Sends signed transactions of `test.near` over HTTP, one after the other. */
export interface Sender {
  /** Throws when the transaction is refused or fails. Returns the gas that its first receipt burnt. */
  send(receiverId: string, actions: readonly EncodedAction[]): Promise<number>;
}

interface Answer {
  readonly error?: unknown;
  readonly result?: {
    readonly status: object;
    readonly receipts_outcome: readonly { readonly outcome: { readonly gas_burnt: number } }[];
  };
}

export function transactionSender(node: LocalNode): Sender {
  let nonce = 0n;
  return {
    async send(receiverId, actions) {
      nonce++;
      const blockHash = node.running.node.chain.head.hash;
      const bytes = signTransaction(node.signer, { receiverId, nonce, blockHash, actions });
      const params = { signed_tx_base64: Buffer.from(bytes).toString("base64"), wait_until: "FINAL" };
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "send_tx", params });
      const { error, result } = (await (await fetch(node.url, { method: "POST", body })).json()) as Answer;
      if (result === undefined || "Failure" in result.status) {
        throw new Error(`transaction ${nonce} to ${receiverId}: ${JSON.stringify(error ?? result)}`);
      }
      return result.receipts_outcome[0]!.outcome.gas_burnt;
    },
  };
}

/** Makes accounts with a contract on each and returns their ids. */
export async function deployToAccounts(
  sender: Sender,
  node: LocalNode,
  count: number,
  code: Uint8Array,
): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `contract-${index}.test.near`);
  for (const id of ids) {
    const create = [createAccountAction(), transferAction(20n * NEAR), deployAction(code)];
    await sender.send(id, [...create, addFullAccessKeyAction(node.signer.publicKey)]);
  }
  return ids;
}

/** Calls `method` on the accounts in turn. */
export async function callInTurn(
  sender: Sender,
  ids: readonly string[],
  method: string,
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    const input = Buffer.from(`value ${index}`);
    await sender.send(ids[index % ids.length]!, [callAction(method, input, CALL_GAS)]);
  }
}
