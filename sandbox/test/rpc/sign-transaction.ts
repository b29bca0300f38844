import { createHash } from "node:crypto";
import { base58 } from "@scure/base";
import { borshList, borshText, u32, u64, u128 } from "../../src/transaction/borsh-writer.ts";
import { parsePublicKey } from "../../src/transaction/public-key.ts";
import { ed25519Signer } from "../../src/transaction/signature.ts";

export interface TransactionSigner {
  readonly accountId: string;
  readonly publicKey: string;
  /** `ed25519:<base58 of 64 bytes>`. */
  readonly secretKey: string;
}

/** Borsh of an action. */
export type EncodedAction = Uint8Array;

export interface UnsignedTransaction {
  readonly receiverId: string;
  readonly nonce: bigint;
  /** base58 */
  readonly blockHash: string;
  readonly actions: readonly EncodedAction[];
}

/** Borsh of a signed transaction; far faster than the client libraries, which tests with thousands need. */
export function signTransaction(signer: TransactionSigner, transaction: UnsignedTransaction): Uint8Array {
  const body = Buffer.concat([
    borshText(signer.accountId),
    parsePublicKey(signer.publicKey),
    u64(transaction.nonce),
    borshText(transaction.receiverId),
    base58.decode(transaction.blockHash),
    borshList(transaction.actions),
  ]);
  const hash = createHash("sha256").update(body).digest();
  return Buffer.concat([body, Uint8Array.of(0), ed25519Signer(signer.secretKey)(hash)]);
}

export function transferAction(depositYocto: bigint): EncodedAction {
  return Buffer.concat([Uint8Array.of(3), u128(depositYocto)]);
}

export function callAction(methodName: string, args: Uint8Array, gas: bigint): EncodedAction {
  const input = Buffer.concat([u32(args.length), args]);
  return Buffer.concat([Uint8Array.of(2), borshText(methodName), input, u64(gas), u128(0n)]);
}

export function createAccountAction(): EncodedAction {
  return Uint8Array.of(0);
}

export function deployAction(code: Uint8Array): EncodedAction {
  return Buffer.concat([Uint8Array.of(1), u32(code.length), code]);
}

export function addFullAccessKeyAction(publicKey: string): EncodedAction {
  return Buffer.concat([Uint8Array.of(5), parsePublicKey(publicKey), u64(0n), Uint8Array.of(1)]);
}
