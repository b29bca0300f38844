import type { AccessKey, SignedTransaction, Transaction } from "../transaction/actions.ts";
import { isSignatureValid } from "../transaction/signature.ts";
import type { RuntimeParameters } from "../vm/interface.ts";
import { err, type InvalidTxError, ok, type Result } from "./errors.ts";
import { type TransactionCost, transactionCost } from "./fees.ts";
import type { Account, WorldState } from "./state.ts";
import { storageShortfallYocto } from "./storage-staking.ts";
import { limit, validateActions } from "./validate-actions.ts";

/** Nonces of a block's keys lie below height × this, so that a re-created key can't replay old transactions. */
export const NONCE_RANGE = 1_000_000n;

const U128_MAX = (1n << 128n) - 1n;

export interface ChargeContext {
  readonly parameters: RuntimeParameters;
  readonly gasPriceYocto: bigint;
  /** Of the block that takes the transaction in. */
  readonly height: bigint;
}

export interface ChargedTransaction {
  readonly cost: TransactionCost;
  /** The signer after paying, with the key's new nonce and allowance. */
  readonly signer: Account;
}

/**
 * Checks a transaction against the state in nearcore's order (actions, size, signature, signer, key, nonce, balance,
 * allowance, storage, key permission) and works out the signer after paying. Changes nothing.
 */
export function chargeTransaction(
  state: WorldState,
  transaction: SignedTransaction,
  context: ChargeContext,
): Result<ChargedTransaction, InvalidTxError> {
  const malformed = checkWithoutState(context.parameters, transaction);
  if (malformed !== null) return err(malformed);
  const { signerId, publicKey } = transaction;
  const signer = state.accounts.get(signerId);
  if (signer === undefined) return err({ SignerDoesNotExist: { signer_id: signerId } });
  const accessKey = signer.keys.get(publicKey);
  if (accessKey === undefined) {
    return err(accessKeyError({ AccessKeyNotFound: { account_id: signerId, public_key: publicKey } }));
  }
  const cost = transactionCost(context.parameters, transaction, context.gasPriceYocto);
  if (cost.totalYocto > U128_MAX) return err("CostOverflow");
  const error =
    checkNonce(transaction, accessKey, context.height) ??
    checkMoney(context.parameters, transaction, signer, accessKey, cost) ??
    checkPermission(transaction, accessKey);
  if (error !== null) return err(error);
  return ok({ cost, signer: afterPaying(signer, transaction, accessKey, cost) });
}

function checkWithoutState(
  parameters: RuntimeParameters,
  transaction: SignedTransaction,
): InvalidTxError | null {
  const actionsError = validateActions(parameters, transaction.actions);
  if (actionsError !== null) return { ActionsValidation: actionsError };
  const maxSize = limit(parameters, "max_transaction_size");
  if (BigInt(transaction.sizeBytes) > maxSize) {
    return { TransactionSizeExceeded: { size: transaction.sizeBytes, limit: Number(maxSize) } };
  }
  const isSigned = isSignatureValid(transaction.publicKey, transaction.hash, transaction.signature);
  return isSigned ? null : "InvalidSignature";
}

function checkNonce(transaction: Transaction, accessKey: AccessKey, height: bigint): InvalidTxError | null {
  const { nonce } = transaction;
  if (nonce <= accessKey.nonce) {
    return { InvalidNonce: { tx_nonce: Number(nonce), ak_nonce: Number(accessKey.nonce) } };
  }
  const upperBound = height * NONCE_RANGE;
  if (nonce < upperBound) return null;
  return { NonceTooLarge: { tx_nonce: Number(nonce), upper_bound: Number(upperBound) } };
}

function checkMoney(
  parameters: RuntimeParameters,
  transaction: Transaction,
  signer: Account,
  { permission }: AccessKey,
  cost: TransactionCost,
): InvalidTxError | null {
  const { signerId, publicKey } = transaction;
  const total = cost.totalYocto;
  if (signer.amountYocto < total) {
    const balance = String(signer.amountYocto);
    return { NotEnoughBalance: { signer_id: signerId, balance, cost: String(total) } };
  }
  if (permission.kind === "FunctionCall" && (permission.allowanceYocto ?? total) < total) {
    const allowance = String(permission.allowanceYocto);
    const fields = { account_id: signerId, public_key: publicKey, allowance, cost: String(total) };
    return accessKeyError({ NotEnoughAllowance: fields });
  }
  const shortfall = storageShortfallYocto(parameters, signer, signer.amountYocto - total);
  if (shortfall === 0n) return null;
  return { LackBalanceForState: { signer_id: signerId, amount: String(shortfall) } };
}

/** Which key may sign which actions; delegated actions are checked by the same rule. */
export function checkPermission(
  call: Pick<Transaction, "actions" | "receiverId">,
  { permission }: AccessKey,
): InvalidTxError | null {
  if (permission.kind === "FullAccess") return null;
  const [action] = call.actions;
  if (call.actions.length !== 1 || action?.kind !== "FunctionCall")
    return accessKeyError("RequiresFullAccess");
  if (action.depositYocto > 0n) return accessKeyError("DepositWithFunctionCall");
  if (call.receiverId !== permission.receiverId) {
    const fields = { tx_receiver: call.receiverId, ak_receiver: permission.receiverId };
    return accessKeyError({ ReceiverMismatch: fields });
  }
  if (permission.methodNames.length > 0 && !permission.methodNames.includes(action.methodName)) {
    return accessKeyError({ MethodNameMismatch: { method_name: action.methodName } });
  }
  return null;
}

function afterPaying(
  signer: Account,
  transaction: Transaction,
  accessKey: AccessKey,
  cost: TransactionCost,
): Account {
  const { permission } = accessKey;
  const paidPermission =
    permission.kind === "FunctionCall" && permission.allowanceYocto !== null
      ? { ...permission, allowanceYocto: permission.allowanceYocto - cost.totalYocto }
      : permission;
  const keys = new Map(signer.keys);
  keys.set(transaction.publicKey, { nonce: transaction.nonce, permission: paidPermission });
  return { ...signer, amountYocto: signer.amountYocto - cost.totalYocto, keys };
}

function accessKeyError(error: InvalidTxError): InvalidTxError {
  return { InvalidAccessKeyError: error };
}
