import { createHash } from "node:crypto";
import { type CallState, prohibitInView } from "../call-state.ts";
import { payCost, promiseGas } from "../gas-counter.ts";
import { readBlob } from "../guest-memory.ts";
import { HostError } from "../host-error.ts";
import { writeRegister } from "../registers.ts";
import { type HostFunctionTable, hostFunction } from "./definition.ts";
import { methodNameText, readMethodName } from "./promise-actions.ts";
import {
  addReceipt,
  appendFunctionCall,
  payActionBase,
  payActionBytes,
  payNewReceipt,
  pushPromise,
} from "./promise-state.ts";

const DATA_ID_BYTES = 32;

/** Promises that wait until somebody resumes them. */
export const yieldFunctions: HostFunctionTable = {
  promise_yield_create: hostFunction(7, "l", yieldCreate),
  promise_yield_resume: hostFunction(4, "i", yieldResume),
};

function yieldCreate(
  state: CallState,
  methodLength = 0n,
  methodPointer = 0n,
  argsLength = 0n,
  argsPointer = 0n,
  gas = 0n,
  weight = 0n,
  register = 0n,
): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_yield_create");
  payCost(state.gas, "yield_create_base");
  const methodName = readMethodName(state, methodLength, methodPointer);
  const args = readBlob(state, argsLength, argsPointer);
  const bytes = BigInt(methodName.length + args.length);
  payCost(state.gas, "yield_create_byte", bytes);
  promiseGas(state.gas, gas);
  payNewReceipt(state, true, [true]);
  const dataId = newDataId(state);
  const receipt = addReceipt(state, state.request.context.currentAccountId, [], dataId);
  state.ownYields.add(hex(dataId));
  const promise = pushPromise(state, { kind: "Receipt", receipt });
  payActionBase(state, "function_call_base", true);
  payActionBytes(state, "function_call_byte", bytes, true);
  appendFunctionCall(
    state,
    receipt,
    { kind: "FunctionCall", methodName: methodNameText(methodName), args, gas, depositYocto: 0n },
    weight,
  );
  writeRegister(state.registers, state.gas, register, dataId);
  return promise;
}

function yieldResume(
  state: CallState,
  dataIdLength = 0n,
  dataIdPointer = 0n,
  payloadLength = 0n,
  payloadPointer = 0n,
): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_yield_resume");
  payCost(state.gas, "yield_resume_base");
  payCost(state.gas, "yield_resume_byte", payloadLength);
  const dataId = readBlob(state, dataIdLength, dataIdPointer);
  const payload = readBlob(state, payloadLength, payloadPointer);
  const length = BigInt(payload.length);
  const limit = state.request.parameters.limits.max_yield_payload_size!;
  if (length > limit) throw new HostError("YieldPayloadLength", { length, limit });
  if (dataId.length !== DATA_ID_BYTES) throw new HostError("DataIdMalformed");
  // A yield of this very call can be resumed once; one in the state answers yes until it is processed.
  if (!state.request.isYieldPending(dataId) && !state.ownYields.delete(hex(dataId))) return 0n;
  state.resumedYields.push({ dataId, payload });
  return 1n;
}

/** Unlike nearcore's (which hashes the receipt's id), but as unique: the random seed differs for every receipt. */
function newDataId(state: CallState): Uint8Array {
  const { context } = state.request;
  const hash = createHash("sha256");
  hash.update(`yield ${context.currentAccountId} ${context.blockHeight} ${state.receipts.length} `);
  hash.update(context.randomSeed);
  hash.update(createHash("sha256").update(context.input).digest());
  return Uint8Array.from(hash.digest());
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
