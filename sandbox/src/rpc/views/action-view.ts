import { createHash } from "node:crypto";
import { base58 } from "@scure/base";
import type { AccessKey, Action, DelegateAction, SignedTransaction } from "../../transaction/actions.ts";

/** nearcore's `ActionView`. */
export function actionView(action: Action): unknown {
  switch (action.kind) {
    case "CreateAccount":
      return "CreateAccount";
    case "DeployContract":
      return {
        DeployContract: { code: createHash("sha256").update(action.code).digest("base64") },
      };
    case "FunctionCall":
      return {
        FunctionCall: {
          method_name: action.methodName,
          args: Buffer.from(action.args).toString("base64"),
          gas: Number(action.gas),
          deposit: String(action.depositYocto),
        },
      };
    case "Transfer":
      return { Transfer: { deposit: String(action.depositYocto) } };
    case "Stake":
      return { Stake: { stake: String(action.stakeYocto), public_key: action.publicKey } };
    case "AddKey":
      return { AddKey: { public_key: action.publicKey, access_key: accessKeyView(action.accessKey) } };
    case "DeleteKey":
      return { DeleteKey: { public_key: action.publicKey } };
    case "DeleteAccount":
      return { DeleteAccount: { beneficiary_id: action.beneficiaryId } };
    case "Delegate":
      return { Delegate: delegateView(action) };
  }
}

/** nearcore's `AccessKeyView`. */
export function accessKeyView({ nonce, permission }: AccessKey): unknown {
  if (permission.kind === "FullAccess") return { nonce: Number(nonce), permission: "FullAccess" };
  const { allowanceYocto, methodNames, receiverId } = permission;
  const allowance = allowanceYocto === null ? null : String(allowanceYocto);
  return {
    nonce: Number(nonce),
    permission: { FunctionCall: { allowance, receiver_id: receiverId, method_names: methodNames } },
  };
}

/** nearcore's `SignedTransactionView`. */
export function transactionView(transaction: SignedTransaction): unknown {
  return {
    signer_id: transaction.signerId,
    public_key: transaction.publicKey,
    nonce: Number(transaction.nonce),
    receiver_id: transaction.receiverId,
    actions: transaction.actions.map(actionView),
    priority_fee: 0,
    signature: signatureText(transaction.signature),
    hash: base58.encode(transaction.hash),
  };
}

function delegateView(delegate: DelegateAction): unknown {
  return {
    delegate_action: {
      sender_id: delegate.senderId,
      receiver_id: delegate.receiverId,
      actions: delegate.actions.map(actionView),
      nonce: Number(delegate.nonce),
      max_block_height: Number(delegate.maxBlockHeight),
      public_key: delegate.publicKey,
    },
    signature: signatureText(delegate.signature),
  };
}

/** Text of a bare 64-byte signature. */
export function ed25519SignatureView(signature: Uint8Array): string {
  return `ed25519:${base58.encode(signature)}`;
}

function signatureText(signature: Uint8Array): string {
  return `${signature[0] === 0 ? "ed25519" : "secp256k1"}:${base58.encode(signature.subarray(1))}`;
}
