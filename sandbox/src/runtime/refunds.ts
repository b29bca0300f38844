import { totalDepositYocto, totalPrepaidGas } from "../transaction/actions.ts";
import type { RuntimeParameters } from "../vm/interface.ts";
import type { ActionResult } from "./action-result.ts";
import { fee, prepaidExecutionFees, prepaidSendFees } from "./fees.ts";
import { type ActionReceipt, type NewActionReceipt, SYSTEM_ACCOUNT, SYSTEM_PUBLIC_KEY } from "./receipts.ts";

/** First protocol version that refunds the gas price's surplus and charges for account creation. */
const ACCOUNT_COST_INCREASE = 85;

export interface Settlement {
  /** Refund receipts, deposit first. */
  readonly refunds: readonly NewActionReceipt[];
  /** Price at which the gas is burnt. */
  readonly burnPriceYocto: bigint;
  readonly tokensBurntYocto: bigint;
}

/**
 * Works out what a receipt burns and what goes back: unused gas at the price it was bought for, the deposit when it
 * failed, and the difference between buying and burning price, less the charge for a created account.
 */
export function settleReceipt(
  parameters: RuntimeParameters,
  receipt: ActionReceipt,
  result: ActionResult,
  gasPriceYocto: bigint,
  createdAccount: boolean,
): Settlement {
  const hasFailed = result.failure !== null;
  const bought = receipt.gasPriceYocto;
  const refundsSurplus = parameters.protocolVersion >= ACCOUNT_COST_INCREASE;
  const burnPriceYocto = refundsSurplus && bought < gasPriceYocto ? bought : gasPriceYocto;
  const unusedGas = prepaidGas(parameters, receipt) - (hasFailed ? result.burntGas : result.usedGas);
  const surplus = bought > burnPriceYocto ? (bought - burnPriceYocto) * result.burntGas : 0n;
  const deficit = burnPriceYocto > bought ? (burnPriceYocto - bought) * result.burntGas : 0n;
  const creationCharge =
    refundsSurplus && createdAccount ? accountCreationCharge(parameters, burnPriceYocto, surplus) : 0n;
  const keptSurplus = refundsSurplus ? creationCharge : surplus;
  const gasRefundYocto = unusedGas * bought + surplus - keptSurplus;
  const refunds: NewActionReceipt[] = [];
  const deposit = hasFailed ? totalDepositYocto(receipt.actions) : 0n;
  if (deposit > 0n) refunds.push(depositRefund(receipt.refundToId ?? receipt.predecessorId, deposit));
  if (gasRefundYocto > 0n) refunds.push(gasRefund(receipt, gasRefundYocto));
  const tokensBurntYocto = burnPriceYocto * result.burntGas - deficit + keptSurplus;
  return { refunds, burnPriceYocto, tokensBurntYocto };
}

/** The contract's share of the gas that its calls burnt. */
export function contractReward(
  parameters: RuntimeParameters,
  functionCallGas: bigint,
  priceYocto: bigint,
): bigint {
  const [numerator, denominator] = parameters.economics.burntGasReward;
  return ((functionCallGas * numerator) / denominator) * priceYocto;
}

/** A transfer from `system` that nobody signed: deposits of failed receipts, balances of deleted accounts. */
export function depositRefund(receiverId: string, depositYocto: bigint): NewActionReceipt {
  return refund(receiverId, SYSTEM_ACCOUNT, SYSTEM_PUBLIC_KEY, depositYocto);
}

/** A transfer to the signer that names the key, whose allowance it restores. */
function gasRefund(receipt: ActionReceipt, depositYocto: bigint): NewActionReceipt {
  return refund(receipt.signerId, receipt.signerId, receipt.signerPublicKey, depositYocto);
}

function refund(
  receiverId: string,
  signerId: string,
  signerPublicKey: string,
  depositYocto: bigint,
): NewActionReceipt {
  return {
    kind: "Action",
    predecessorId: SYSTEM_ACCOUNT,
    receiverId,
    signerId,
    signerPublicKey,
    gasPriceYocto: 0n,
    refundToId: null,
    outputDataReceivers: [],
    inputDataIds: [],
    actions: [{ kind: "Transfer", depositYocto }],
  };
}

function prepaidGas(parameters: RuntimeParameters, receipt: ActionReceipt): bigint {
  return (
    totalPrepaidGas(receipt.actions) +
    prepaidSendFees(parameters, receipt.actions) +
    prepaidExecutionFees(parameters, receipt.actions, receipt.receiverId) +
    fee(parameters, "new_action_receipt", "execution")
  );
}

/** What creating an account costs beyond its gas, at most what the surplus covers. */
function accountCreationCharge(
  parameters: RuntimeParameters,
  burnPriceYocto: bigint,
  surplus: bigint,
): bigint {
  const paid = fee(parameters, "create_account", "execution") * burnPriceYocto;
  const open = parameters.economics.accountCreationChargeYocto - paid;
  if (open <= 0n) return 0n;
  return open < surplus ? open : surplus;
}
