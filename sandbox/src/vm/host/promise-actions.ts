import { accountShape, readAccountId } from "../account-id.ts";
import { type CallState, prohibitInView } from "../call-state.ts";
import { payAction, payCost, promiseGas } from "../gas-counter.ts";
import { readBlob, readUint } from "../guest-memory.ts";
import { HostError } from "../host-error.ts";
import type { VmAction } from "../interface.ts";
import { type HostFunctionTable, hostFunction } from "./definition.ts";
import {
  actionFee,
  appendFunctionCall,
  deductBalance,
  deductDeposit,
  payActionBase,
  payActionBytes,
  type ReceiptTarget,
  receiptTarget,
  sendFee,
} from "./promise-state.ts";

const U128_BYTES = 16n;
const KEY_BYTES: Readonly<Record<number, number>> = { 0: 33, 1: 65 };
const COMMA = 0x2c;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Actions of promises. */
export const promiseActionFunctions: HostFunctionTable = {
  promise_batch_action_create_account: hostFunction(1, "", (state, promise = 0n) => {
    begin(state, "promise_batch_action_create_account");
    const target = receiptTarget(state, promise);
    payActionBase(state, "create_account", target.senderIsReceiver);
    return append(target, { kind: "CreateAccount" });
  }),
  promise_batch_action_deploy_contract: hostFunction(3, "", deployContract),
  promise_batch_action_function_call: hostFunction(7, "", (state, promise = 0n, ...call) =>
    appendFunctionCallAction(state, promise, ...call),
  ),
  promise_batch_action_function_call_weight: hostFunction(8, "", (state, promise = 0n, ...call) =>
    appendFunctionCallAction(state, promise, ...call),
  ),
  promise_batch_action_transfer: hostFunction(2, "", transfer),
  promise_batch_action_stake: hostFunction(4, "", (state, promise = 0n, amountPointer = 0n, ...key) => {
    begin(state, "promise_batch_action_stake");
    const stakeYocto = readUint(state, amountPointer, U128_BYTES);
    const publicKey = readPublicKey(state, ...key);
    const target = receiptTarget(state, promise);
    payActionBase(state, "stake", target.senderIsReceiver);
    return append(target, { kind: "Stake", stakeYocto, publicKey: validKey(publicKey) });
  }),
  promise_batch_action_add_key_with_full_access: hostFunction(
    4,
    "",
    (state, promise = 0n, keyLength = 0n, keyPointer = 0n, nonce = 0n) => {
      begin(state, "promise_batch_action_add_key_with_full_access");
      const publicKey = readPublicKey(state, keyLength, keyPointer);
      const target = receiptTarget(state, promise);
      payActionBase(state, "add_full_access_key", target.senderIsReceiver);
      return append(target, { kind: "AddFullAccessKey", publicKey: validKey(publicKey), nonce });
    },
  ),
  promise_batch_action_add_key_with_function_call: hostFunction(9, "", addFunctionCallKey),
  promise_batch_action_delete_key: hostFunction(3, "", (state, promise = 0n, ...key) => {
    begin(state, "promise_batch_action_delete_key");
    const publicKey = readPublicKey(state, ...key);
    const target = receiptTarget(state, promise);
    payActionBase(state, "delete_key", target.senderIsReceiver);
    return append(target, { kind: "DeleteKey", publicKey: validKey(publicKey) });
  }),
  promise_batch_action_delete_account: hostFunction(
    3,
    "",
    (state, promise = 0n, length = 0n, pointer = 0n) => {
      begin(state, "promise_batch_action_delete_account");
      const beneficiaryId = readAccountId(state, length, pointer);
      const target = receiptTarget(state, promise);
      payActionBase(state, "delete_account", target.senderIsReceiver);
      return append(target, { kind: "DeleteAccount", beneficiaryId });
    },
  ),
};

/** The function call action behind `promise_create`, `promise_then` and both batch forms. */
export function appendFunctionCallAction(
  state: CallState,
  promise: bigint,
  methodLength = 0n,
  methodPointer = 0n,
  argsLength = 0n,
  argsPointer = 0n,
  amountPointer = 0n,
  gas = 0n,
  weight = 0n,
): undefined {
  begin(state, "promise_batch_action_function_call");
  const depositYocto = readUint(state, amountPointer, U128_BYTES);
  const methodName = readMethodName(state, methodLength, methodPointer);
  const args = readBlob(state, argsLength, argsPointer);
  const { index, senderIsReceiver } = receiptTarget(state, promise);
  payActionBase(state, "function_call_base", senderIsReceiver);
  payActionBytes(state, "function_call_byte", BigInt(methodName.length + args.length), senderIsReceiver);
  promiseGas(state.gas, gas);
  deductDeposit(state, depositYocto);
  appendFunctionCall(
    state,
    index,
    { kind: "FunctionCall", methodName: methodNameText(methodName), args, gas, depositYocto },
    weight,
  );
  return undefined;
}

/** A method's name; throws `EmptyMethodName`. */
export function readMethodName(state: CallState, length: bigint, pointer: bigint): Uint8Array {
  const name = readBlob(state, length, pointer);
  if (name.length === 0) throw new HostError("EmptyMethodName");
  return name;
}

/** A method's name as text; nearcore throws `InvalidMethodName` only when all else is done. */
export function methodNameText(name: Uint8Array): string {
  try {
    return strictUtf8.decode(name);
  } catch {
    throw new HostError("InvalidMethodName");
  }
}

function begin(state: CallState, name: string): void {
  payCost(state.gas, "base");
  prohibitInView(state, name);
}

function append(target: ReceiptTarget, action: VmAction): undefined {
  target.draft.actions.push(action);
  return undefined;
}

function deployContract(state: CallState, promise = 0n, codeLength = 0n, codePointer = 0n): undefined {
  begin(state, "promise_batch_action_deploy_contract");
  const code = readBlob(state, codeLength, codePointer);
  const size = BigInt(code.length);
  const limit = state.request.parameters.limits.max_contract_size!;
  if (size > limit) throw new HostError("ContractSizeExceeded", { size, limit });
  const target = receiptTarget(state, promise);
  payActionBase(state, "deploy_contract_base", target.senderIsReceiver);
  payActionBytes(state, "deploy_contract_byte", size, target.senderIsReceiver);
  return append(target, { kind: "DeployContract", code });
}

function transfer(state: CallState, promise = 0n, amountPointer = 0n): undefined {
  begin(state, "promise_batch_action_transfer");
  const depositYocto = readUint(state, amountPointer, U128_BYTES);
  const target = receiptTarget(state, promise);
  payTransfer(state, target);
  deductBalance(state, depositYocto);
  return append(target, { kind: "Transfer", depositYocto });
}

/** A transfer to an implicit account pays for creating it, and for its key. */
function payTransfer(state: CallState, target: ReceiptTarget): void {
  const names = ["transfer"];
  switch (accountShape(target.draft.receiverId)) {
    case "Named":
      break;
    case "NearImplicit":
      names.push("create_account", "add_full_access_key");
      break;
    case "EthImplicit":
      if (state.request.parameters.features.eth_implicit_accounts === true) names.push("create_account");
      break;
    case "NearDeterministic":
      names.push("create_account");
      break;
  }
  const fees = names.map((name) => actionFee(state, name));
  const burn = fees.reduce((sum, fee) => sum + sendFee(fee, target.senderIsReceiver), 0n);
  const use = fees.reduce((sum, fee) => sum + fee.execution, burn);
  payAction(state.gas, "transfer", burn, use);
}

function addFunctionCallKey(
  state: CallState,
  promise = 0n,
  keyLength = 0n,
  keyPointer = 0n,
  nonce = 0n,
  allowancePointer = 0n,
  receiverLength = 0n,
  receiverPointer = 0n,
  namesLength = 0n,
  namesPointer = 0n,
): undefined {
  begin(state, "promise_batch_action_add_key_with_function_call");
  const publicKey = readPublicKey(state, keyLength, keyPointer);
  const allowance = readUint(state, allowancePointer, U128_BYTES);
  const receiverId = readAccountId(state, receiverLength, receiverPointer);
  const methodNames = splitMethodNames(readBlob(state, namesLength, namesPointer));
  const target = receiptTarget(state, promise);
  const bytes = methodNames.reduce((sum, name) => sum + name.length + 1, 0);
  payActionBase(state, "add_function_call_key_base", target.senderIsReceiver);
  payActionBytes(state, "add_function_call_key_byte", BigInt(bytes), target.senderIsReceiver);
  return append(target, {
    kind: "AddFunctionCallKey",
    publicKey: validKey(publicKey),
    nonce,
    allowanceYocto: allowance === 0n ? null : allowance,
    receiverId,
    methodNames: methodNames.map(methodNameText),
  });
}

/** Names between commas; no name at all for no bytes. Throws `EmptyMethodName` for an empty one among others. */
function splitMethodNames(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === 0) return [];
  const names: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== COMMA) continue;
    if (i === start) throw new HostError("EmptyMethodName");
    names.push(bytes.subarray(start, i));
    start = i + 1;
  }
  return names;
}

function readPublicKey(state: CallState, length = 0n, pointer = 0n): Uint8Array {
  return readBlob(state, length, pointer);
}

/** Borsh public keys: ed25519 (33 bytes) or secp256k1 (65). nearcore tells of a bad one only after charging. */
function validKey(key: Uint8Array): Uint8Array {
  if (KEY_BYTES[key[0] ?? -1] !== key.length) throw new HostError("InvalidPublicKey");
  return key;
}
