import { base58 } from "@scure/base";
import { actions, createTransaction, KeyPair, KeyPairSigner, type KeyPairString } from "near-api-js";

/** One function call, ready to be signed. */
export interface UnsignedCall {
  readonly accountId: string;
  readonly contractId: string;
  readonly method: string;
  readonly args: unknown;
  /** Gas units. */
  readonly gas: bigint;
  readonly depositYocto: bigint;
  readonly nonce: bigint;
  /** base58 of a recent block's hash; the transaction expires about a day after it. */
  readonly blockHash: string;
}

/** A signed transaction as `send_tx` takes it, and its hash in base58. */
export interface SignedCall {
  readonly base64: string;
  readonly hash: string;
}

/** Signs a call with a NEAR secret key text (`ed25519:…`). */
export async function signCall(call: UnsignedCall, secretKey: string): Promise<SignedCall> {
  const key = KeyPair.fromString(secretKey as KeyPairString);
  // Bytes are arguments that are encoded already: Borsh.
  const isEncoded = call.args instanceof Uint8Array;
  const args = isEncoded ? call.args : Buffer.from(JSON.stringify(call.args ?? {}), "utf8");
  const action = actions.functionCall(call.method, args, call.gas, call.depositYocto);
  const transaction = createTransaction(
    call.accountId,
    key.getPublicKey(),
    call.contractId,
    call.nonce,
    [action],
    base58.decode(call.blockHash),
  );
  const { signedTransaction, txHash } = await new KeyPairSigner(key).signTransaction(transaction);
  return {
    base64: Buffer.from(signedTransaction.encode()).toString("base64"),
    hash: base58.encode(txHash),
  };
}
