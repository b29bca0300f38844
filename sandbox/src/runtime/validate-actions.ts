import { isValidAccountId } from "../transaction/account-id.ts";
import {
  type Action,
  type FunctionCallPermission,
  type Permission,
  totalPrepaidGas,
} from "../transaction/actions.ts";
import type { RuntimeParameters } from "../vm/interface.ts";
import type { ActionsValidationError } from "./errors.ts";

const STAKING = "Staking (not supported by the embedded chain)";

/** First rule that a list of actions breaks, as nearcore's `ActionsValidationError`; null when it's valid. */
export function validateActions(
  parameters: RuntimeParameters,
  actions: readonly Action[],
): ActionsValidationError | null {
  const maxActions = limit(parameters, "max_actions_per_receipt");
  if (BigInt(actions.length) > maxActions) {
    return exceeded("TotalNumberOfActionsExceeded", "total_number_of_actions", actions.length, maxActions);
  }
  const maxDeploys = limit(parameters, "max_deploy_actions_per_receipt");
  const deploys = actions.filter((action) => action.kind === "DeployContract").length;
  if (BigInt(deploys) > maxDeploys) {
    return exceeded(
      "TotalNumberOfDeployActionsExceeded",
      "total_number_of_deploy_actions",
      deploys,
      maxDeploys,
    );
  }
  const deletesEarly = actions.slice(0, -1).some((action) => action.kind === "DeleteAccount");
  if (deletesEarly) return "DeleteActionMustBeFinal";
  if (actions.filter((action) => action.kind === "Delegate").length > 1) return "DelegateActionMustBeOnlyOne";
  for (const action of actions) {
    const error = validateAction(parameters, action);
    if (error !== null) return error;
  }
  const gas = totalPrepaidGas(actions);
  const maxGas = limit(parameters, "max_total_prepaid_gas");
  return gas > maxGas ? exceeded("TotalPrepaidGasExceeded", "total_prepaid_gas", Number(gas), maxGas) : null;
}

/** One limit of the tables. Throws when the tables don't have it. */
export function limit(parameters: RuntimeParameters, name: string): bigint {
  const value = parameters.limits[name];
  if (value === undefined) throw new Error(`the runtime parameters have no limit '${name}'`);
  return value;
}

function validateAction(parameters: RuntimeParameters, action: Action): ActionsValidationError | null {
  switch (action.kind) {
    case "CreateAccount":
    case "Transfer":
    case "DeleteKey":
      return null;
    case "DeployContract":
      return lengthError(parameters, "ContractSizeExceeded", "max_contract_size", action.code.length, "size");
    case "FunctionCall":
      return validateFunctionCall(parameters, action);
    case "Stake":
      return {
        UnsupportedProtocolFeature: { protocol_feature: STAKING, version: parameters.protocolVersion },
      };
    case "AddKey":
      return validatePermission(parameters, action.accessKey.permission);
    case "DeleteAccount":
      return isValidAccountId(action.beneficiaryId)
        ? null
        : { InvalidAccountId: { account_id: action.beneficiaryId } };
    case "Delegate":
      return validateActions(parameters, action.actions);
  }
}

function validateFunctionCall(
  parameters: RuntimeParameters,
  action: Extract<Action, { kind: "FunctionCall" }>,
): ActionsValidationError | null {
  if (action.gas === 0n) return "FunctionCallZeroAttachedGas";
  const nameBytes = Buffer.byteLength(action.methodName);
  return (
    lengthError(parameters, "FunctionCallMethodNameLengthExceeded", "max_length_method_name", nameBytes) ??
    lengthError(parameters, "FunctionCallArgumentsLengthExceeded", "max_arguments_length", action.args.length)
  );
}

function validatePermission(
  parameters: RuntimeParameters,
  permission: Permission,
): ActionsValidationError | null {
  if (permission.kind === "FullAccess") return null;
  if (!isValidAccountId(permission.receiverId)) {
    return { InvalidAccountId: { account_id: permission.receiverId.slice(0, 128) } };
  }
  return validateMethodNames(parameters, permission);
}

function validateMethodNames(
  parameters: RuntimeParameters,
  permission: FunctionCallPermission,
): ActionsValidationError | null {
  let bytes = 0;
  for (const name of permission.methodNames) {
    const length = Buffer.byteLength(name);
    const error = lengthError(parameters, "AddKeyMethodNameLengthExceeded", "max_length_method_name", length);
    if (error !== null) return error;
    bytes += length + 1;
  }
  const max = limit(parameters, "max_number_bytes_method_names");
  if (BigInt(bytes) <= max) return null;
  return exceeded("AddKeyMethodNamesNumberOfBytesExceeded", "total_number_of_bytes", bytes, max);
}

function lengthError(
  parameters: RuntimeParameters,
  variant: string,
  limitName: string,
  length: number,
  field = "length",
): ActionsValidationError | null {
  const max = limit(parameters, limitName);
  return BigInt(length) > max ? exceeded(variant, field, length, max) : null;
}

function exceeded(variant: string, field: string, found: number, max: bigint): ActionsValidationError {
  return { [variant]: { [field]: found, limit: Number(max) } };
}
