import { createHash } from "node:crypto";
import type { DelegateAction } from "../../transaction/actions.ts";
import { totalPrepaidGas } from "../../transaction/actions.ts";
import { isSignatureValid } from "../../transaction/signature.ts";
import { type ActionStep, accountOf } from "../apply-action.ts";
import { checkPermission, NONCE_RANGE } from "../charge-transaction.ts";
import type { ActionErrorKind } from "../errors.ts";
import { fee, prepaidExecutionFees, prepaidSendFees } from "../fees.ts";

/** NEP-461: 2^30 + 366, little-endian, before what is signed. */
const DELEGATE_PREFIX = Uint8Array.of(0x6e, 0x01, 0x00, 0x40);

/** Checks a meta transaction (NEP-366) and sends its actions on behalf of the receipt's receiver. */
export function applyDelegate(step: ActionStep, delegate: DelegateAction): ActionErrorKind | null {
  const error = checkDelegate(step, delegate);
  if (error !== null) return error;
  const { context, draft, receipt, result } = step;
  const { parameters } = context;
  const account = accountOf(draft);
  const key = account.keys.get(delegate.publicKey)!;
  const keys = new Map(account.keys).set(delegate.publicKey, { ...key, nonce: delegate.nonce });
  draft.account = { ...account, keys };
  result.newReceipts.push({
    kind: "Action",
    predecessorId: delegate.senderId,
    receiverId: delegate.receiverId,
    signerId: receipt.signerId,
    signerPublicKey: receipt.signerPublicKey,
    gasPriceYocto: receipt.gasPriceYocto,
    refundToId: null,
    outputDataReceivers: [],
    inputDataIds: [],
    actions: delegate.actions,
  });
  const sendGas = prepaidSendFees(parameters, receipt.actions);
  const receiptGas =
    prepaidExecutionFees(parameters, delegate.actions, delegate.receiverId) +
    totalPrepaidGas(delegate.actions) +
    fee(parameters, "new_action_receipt", "execution");
  result.burntGas += sendGas;
  result.usedGas += sendGas + receiptGas;
  return null;
}

function checkDelegate({ context, draft }: ActionStep, delegate: DelegateAction): ActionErrorKind | null {
  const { height } = context;
  const { nonce, publicKey, senderId } = delegate;
  const hash = createHash("sha256").update(DELEGATE_PREFIX).update(delegate.signedBytes).digest();
  if (!isSignatureValid(publicKey, hash, delegate.signature)) return "DelegateActionInvalidSignature";
  if (height > delegate.maxBlockHeight) return "DelegateActionExpired";
  if (senderId !== draft.accountId) {
    const fields = { sender_id: senderId, receiver_id: draft.accountId };
    return { DelegateActionSenderDoesNotMatchTxReceiver: fields };
  }
  const key = accountOf(draft).keys.get(publicKey);
  if (key === undefined) {
    const fields = { account_id: senderId, public_key: publicKey };
    return { DelegateActionAccessKeyError: { AccessKeyNotFound: fields } };
  }
  if (nonce <= key.nonce) {
    const fields = { delegate_nonce: Number(nonce), ak_nonce: Number(key.nonce) };
    return { DelegateActionInvalidNonce: fields };
  }
  const upperBound = height * NONCE_RANGE;
  if (nonce >= upperBound) {
    return {
      DelegateActionNonceTooLarge: { delegate_nonce: Number(nonce), upper_bound: Number(upperBound) },
    };
  }
  const permissionError = checkPermission(delegate, key);
  return permissionError === null ? null : { DelegateActionAccessKeyError: permissionError };
}
