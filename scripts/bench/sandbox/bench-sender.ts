import type { RunningSandbox } from "../../../sandbox/src/launcher/start-sandbox.ts";
import { type EncodedAction, signTransaction } from "../../../sandbox/test/rpc/sign-transaction.ts";

/** Sends transactions of the root account, one after the other. */
export interface BenchSender {
  readonly rootId: string;
  readonly rootPublicKey: string;
  /** Gas burnt by the transaction's first receipt. Throws when the transaction is refused or fails. */
  send(receiverId: string, actions: readonly EncodedAction[]): Promise<number>;
}

/** For a sandbox that nobody else sends transactions to, since it counts the nonces itself. */
export async function benchSender(rpcUrl: string, root: RunningSandbox["rootAccount"]): Promise<BenchSender> {
  const { header } = (await request(rpcUrl, "block", { finality: "final" })) as {
    readonly header: { readonly hash: string };
  };
  let nonce = 0n;
  return {
    rootId: root.accountId,
    rootPublicKey: root.publicKey,
    async send(receiverId, actions) {
      nonce++;
      const bytes = signTransaction(root, { receiverId, nonce, blockHash: header.hash, actions });
      const signed = Buffer.from(bytes).toString("base64");
      const result = await request(rpcUrl, "send_tx", { signed_tx_base64: signed, wait_until: "FINAL" });
      const { receipts_outcome: receipts, status } = result as {
        readonly status: object;
        readonly receipts_outcome: readonly { readonly outcome: { readonly gas_burnt: number } }[];
      };
      if ("Failure" in status) throw new Error(`transaction to ${receiverId}: ${JSON.stringify(status)}`);
      return receipts[0]!.outcome.gas_burnt;
    },
  };
}

async function request(rpcUrl: string, method: string, params: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(rpcUrl, { method: "POST", headers, body });
  const { error, result } = (await response.json()) as {
    readonly error?: unknown;
    readonly result?: unknown;
  };
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}
