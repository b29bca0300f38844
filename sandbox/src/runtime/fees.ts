import { accountKind } from "../transaction/account-id.ts";
import {
  type Action,
  type Permission,
  type Transaction,
  totalDepositYocto,
  totalPrepaidGas,
} from "../transaction/actions.ts";
import type { ActionFee, RuntimeParameters } from "../vm/interface.ts";

/** Which of a fee's three parts is meant: sent to oneself, sent to another, executed. */
type FeePart = "sendSir" | "sendNotSir" | "execution";

export interface TransactionCost {
  /** Burnt when the transaction becomes a receipt, at the block's price. */
  readonly burntGas: bigint;
  /** Bought for the receipt: attached gas and all execution fees. */
  readonly remainingGas: bigint;
  readonly receiptGasPriceYocto: bigint;
  readonly burntYocto: bigint;
  /** Everything the signer is charged: burnt, bought and deposits. */
  readonly totalYocto: bigint;
}

/** What a transaction costs its signer (nearcore's `tx_cost`). */
export function transactionCost(
  parameters: RuntimeParameters,
  transaction: Transaction,
  gasPriceYocto: bigint,
): TransactionCost {
  const { actions, receiverId, signerId } = transaction;
  const isToSelf = signerId === receiverId;
  const burntGas =
    fee(parameters, "new_action_receipt", sendPart(isToSelf)) +
    totalSendFees(parameters, isToSelf, actions, receiverId);
  const remainingGas =
    totalPrepaidGas(actions) +
    prepaidSendFees(parameters, actions) +
    fee(parameters, "new_action_receipt", "execution") +
    prepaidExecutionFees(parameters, actions, receiverId);
  const minimumPrice = parameters.economics.minGasPurchasePriceYocto;
  const receiptGasPriceYocto = gasPriceYocto > minimumPrice ? gasPriceYocto : minimumPrice;
  const burntYocto = burntGas * gasPriceYocto;
  const totalYocto = burntYocto + remainingGas * receiptGasPriceYocto + totalDepositYocto(actions);
  return { burntGas, remainingGas, receiptGasPriceYocto, burntYocto, totalYocto };
}

/** Gas to send all actions to `receiverId`. */
export function totalSendFees(
  parameters: RuntimeParameters,
  isToSelf: boolean,
  actions: readonly Action[],
  receiverId: string,
): bigint {
  const part = sendPart(isToSelf);
  return actions.reduce((sum, action) => {
    const own = actionFee(parameters, action, receiverId, part);
    if (action.kind !== "Delegate") return sum + own;
    return sum + own + totalSendFees(parameters, isToSelf, action.actions, action.receiverId);
  }, 0n);
}

/** Send fees of delegated actions, paid up front since they are burnt when the delegate receipt runs. */
export function prepaidSendFees(parameters: RuntimeParameters, actions: readonly Action[]): bigint {
  return actions.reduce((sum, action) => {
    if (action.kind !== "Delegate") return sum;
    const isToSelf = action.senderId === action.receiverId;
    return sum + totalSendFees(parameters, isToSelf, action.actions, action.receiverId);
  }, 0n);
}

/** Gas to execute one action at `receiverId`, without what a function call burns. */
export function executionFee(parameters: RuntimeParameters, action: Action, receiverId: string): bigint {
  return actionFee(parameters, action, receiverId, "execution");
}

/** Gas to execute all actions at `receiverId`, those of delegated actions and their receipts included. */
export function prepaidExecutionFees(
  parameters: RuntimeParameters,
  actions: readonly Action[],
  receiverId: string,
): bigint {
  return actions.reduce((sum, action) => {
    const own = executionFee(parameters, action, receiverId);
    if (action.kind !== "Delegate") return sum + own;
    const inner = prepaidExecutionFees(parameters, action.actions, action.receiverId);
    return sum + own + inner + fee(parameters, "new_action_receipt", "execution");
  }, 0n);
}

/** One fee of the tables, in gas. Throws when the tables don't have it. */
export function fee(parameters: RuntimeParameters, name: string, part: FeePart): bigint {
  const entry: ActionFee | undefined = parameters.actionFees[name];
  if (entry === undefined) throw new Error(`the runtime parameters have no action fee '${name}'`);
  return entry[part];
}

function actionFee(parameters: RuntimeParameters, action: Action, receiverId: string, part: FeePart): bigint {
  const of = (name: string) => fee(parameters, name, part);
  switch (action.kind) {
    case "CreateAccount":
      return of("create_account");
    case "DeployContract":
      return of("deploy_contract_base") + of("deploy_contract_byte") * BigInt(action.code.length);
    case "FunctionCall": {
      const bytes = Buffer.byteLength(action.methodName) + action.args.length;
      return of("function_call_base") + of("function_call_byte") * BigInt(bytes);
    }
    case "Transfer":
      return transferFee(receiverId, of);
    case "Stake":
      return of("stake");
    case "AddKey":
      return addKeyFee(action.accessKey.permission, of);
    case "DeleteKey":
      return of("delete_key");
    case "DeleteAccount":
      return of("delete_account");
    case "Delegate":
      return of("delegate");
  }
}

/** A transfer to an implicit account pays for its creation, whether or not it exists already. */
function transferFee(receiverId: string, of: (name: string) => bigint): bigint {
  switch (accountKind(receiverId)) {
    case "named":
      return of("transfer");
    case "near-implicit":
      return of("transfer") + of("create_account") + of("add_full_access_key");
    case "eth-implicit":
    case "deterministic":
      return of("transfer") + of("create_account");
  }
}

/** Method names are counted with a terminating zero each. */
function addKeyFee(permission: Permission, of: (name: string) => bigint): bigint {
  if (permission.kind === "FullAccess") return of("add_full_access_key");
  const bytes = permission.methodNames.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0);
  return of("add_function_call_key_base") + of("add_function_call_key_byte") * BigInt(bytes);
}

function sendPart(isToSelf: boolean): FeePart {
  return isToSelf ? "sendSir" : "sendNotSir";
}
