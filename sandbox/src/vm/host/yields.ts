import { createHash } from "node:crypto";
import { type CallState, prohibitInView } from "../call-state.ts";
import { payCost, promiseGas } from "../gas-counter.ts";
import { readBlob, readUint } from "../guest-memory.ts";
import { HostError } from "../host-error.ts";
import { writeRegister } from "../registers.ts";
import { type HostFunctionTable, hostFunction, since } from "./definition.ts";
import { methodNameText, readMethodName } from "./promise-actions.ts";
import {
  addReceipt,
  appendFunctionCall,
  deductDeposit,
  payActionBase,
  payActionBytes,
  payNewReceipt,
  pushPromise,
} from "./promise-state.ts";

const DATA_ID_BYTES = 32;
const U128_BYTES = 16n;
/** Instead of a promise, when the yield id is in use. */
const ALREADY_PENDING = 2n ** 64n - 1n;

/** Promises that wait until somebody resumes them. */
export const yieldFunctions: HostFunctionTable = {
  promise_yield_create: hostFunction(7, "l", yieldCreate),
  promise_yield_resume: hostFunction(4, "i", yieldResume),
  promise_yield_create_with_id: since("yield_with_id_host_fns", hostFunction(9, "l", yieldCreateWithId)),
  promise_yield_resume_with_yield_id: since(
    "yield_with_id_host_fns",
    hostFunction(4, "i", yieldResumeWithId),
  ),
};

/** What a yield will call when it is resumed. */
interface YieldedCall {
  readonly methodName: Uint8Array;
  readonly args: Uint8Array;
  readonly depositYocto: bigint;
  readonly gas: bigint;
  readonly weight: bigint;
}

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
  payCost(state.gas, "yield_create_byte", BigInt(methodName.length + args.length));
  const dataId = newDataId(state);
  const promise = createYield(state, dataId, { methodName, args, depositYocto: 0n, gas, weight });
  writeRegister(state.registers, state.gas, register, dataId);
  return promise;
}

function yieldCreateWithId(
  state: CallState,
  methodLength = 0n,
  methodPointer = 0n,
  argsLength = 0n,
  argsPointer = 0n,
  amountPointer = 0n,
  gas = 0n,
  weight = 0n,
  idLength = 0n,
  idPointer = 0n,
): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_yield_create_with_id");
  payCost(state.gas, "yield_create_with_id_base");
  const depositYocto = readUint(state, amountPointer, U128_BYTES);
  const methodName = readMethodName(state, methodLength, methodPointer);
  const args = readBlob(state, argsLength, argsPointer);
  const dataId = dataIdOfYieldId(state, readBlob(state, idLength, idPointer));
  payCost(state.gas, "yield_create_byte", BigInt(methodName.length + args.length));
  if (isPending(state, dataId)) return ALREADY_PENDING;
  return createYield(state, dataId, { methodName, args, depositYocto, gas, weight });
}

function createYield(state: CallState, dataId: Uint8Array, call: YieldedCall): bigint {
  const { methodName, args, depositYocto, gas, weight } = call;
  promiseGas(state.gas, gas);
  payNewReceipt(state, true, [true]);
  const receipt = addReceipt(state, state.request.context.currentAccountId, [], dataId);
  state.ownYields.add(hex(dataId));
  const promise = pushPromise(state, { kind: "Receipt", receipt });
  payActionBase(state, "function_call_base", true);
  payActionBytes(state, "function_call_byte", BigInt(methodName.length + args.length), true);
  deductDeposit(state, depositYocto);
  appendFunctionCall(
    state,
    receipt,
    { kind: "FunctionCall", methodName: methodNameText(methodName), args, gas, depositYocto },
    weight,
  );
  return promise;
}

function yieldResume(state: CallState, ...args: bigint[]): bigint {
  const { id, payload } = readResumption(state, "promise_yield_resume", ...args);
  if (id.length !== DATA_ID_BYTES) throw new HostError("DataIdMalformed");
  return resume(state, id, payload);
}

function yieldResumeWithId(state: CallState, ...args: bigint[]): bigint {
  const { id, payload } = readResumption(state, "promise_yield_resume_with_yield_id", ...args);
  return resume(state, dataIdOfYieldId(state, id), payload);
}

function readResumption(
  state: CallState,
  name: string,
  idLength = 0n,
  idPointer = 0n,
  payloadLength = 0n,
  payloadPointer = 0n,
): { id: Uint8Array; payload: Uint8Array } {
  payCost(state.gas, "base");
  prohibitInView(state, name);
  payCost(state.gas, "yield_resume_base");
  payCost(state.gas, "yield_resume_byte", payloadLength);
  const id = readBlob(state, idLength, idPointer);
  const payload = readBlob(state, payloadLength, payloadPointer);
  const length = BigInt(payload.length);
  const limit = state.request.parameters.limits.max_yield_payload_size!;
  if (length > limit) throw new HostError("YieldPayloadLength", { length, limit });
  return { id, payload };
}

/** A yield of this very call can be resumed once; one in the state answers yes until it is processed. */
function resume(state: CallState, dataId: Uint8Array, payload: Uint8Array): bigint {
  if (!state.request.isYieldPending(dataId) && !state.ownYields.delete(hex(dataId))) return 0n;
  state.resumedYields.push({ dataId, payload });
  return 1n;
}

function isPending(state: CallState, dataId: Uint8Array): boolean {
  const id = hex(dataId);
  return (
    state.request.isYieldPending(dataId) ||
    state.receipts.some(({ yieldDataId }) => yieldDataId !== null && hex(yieldDataId) === id)
  );
}

/**
 * A contract's own yield id stands for one data id, so that the state needs no second index. Only contracts that
 * resume a yield twice and then reuse its id could tell this from nearcore's fresh data ids.
 */
function dataIdOfYieldId(state: CallState, yieldId: Uint8Array): Uint8Array {
  if (yieldId.length !== DATA_ID_BYTES) throw new HostError("YieldIdMalformed");
  const hash = createHash("sha256").update(`yield id ${state.request.context.currentAccountId} `);
  return Uint8Array.from(hash.update(yieldId).digest());
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
