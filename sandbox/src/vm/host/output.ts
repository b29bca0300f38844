import type { CallState } from "../call-state.ts";
import { checkedU64, payAction, payCost } from "../gas-counter.ts";
import { readBlob, readUint } from "../guest-memory.ts";
import { logLengthExceeded, readUtf8, readUtf16 } from "../guest-text.ts";
import { HostError } from "../host-error.ts";
import { type HostFunction, type HostFunctionTable, hostFunction } from "./definition.ts";

/** What a call says: return value, logs, panics. */
export const outputFunctions: HostFunctionTable = {
  value_return: hostFunction(2, "", valueReturn),
  panic: hostFunction(0, "", (state) => {
    payCost(state.gas, "base");
    throw new HostError("GuestPanic", { panic_msg: "explicit guest panic" });
  }),
  panic_utf8: hostFunction(2, "", (state, length = 0n, pointer = 0n) => {
    payCost(state.gas, "base");
    throw new HostError("GuestPanic", { panic_msg: readUtf8(state, length, pointer) });
  }),
  log_utf8: logFunction(readUtf8),
  log_utf16: logFunction(readUtf16),
  abort: { params: "iiii", result: "", feature: null, run: (state, args) => abort(state, args) },
};

function valueReturn(state: CallState, length = 0n, pointer = 0n): undefined {
  payCost(state.gas, "base");
  const bytes = readBlob(state, length, pointer);
  const { context, parameters } = state.request;
  const limit = parameters.limits.max_length_returned_data!;
  if (BigInt(bytes.length) > limit) {
    throw new HostError("ReturnedValueLengthExceeded", { length: BigInt(bytes.length), limit });
  }
  const fee = parameters.actionFees.new_data_receipt_byte!;
  const burn = context.outputDataReceivers.reduce((sum, receiver) => {
    const send = receiver === context.currentAccountId ? fee.sendSir : fee.sendNotSir;
    return sum + (send + fee.execution) * BigInt(bytes.length);
  }, 0n);
  payAction(state.gas, "new_data_receipt_byte", checkedU64(burn), burn);
  state.returnValue = { kind: "Value", bytes };
  return undefined;
}

function logFunction(read: (state: CallState, length: bigint, pointer: bigint) => string): HostFunction {
  return hostFunction(2, "", (state, length = 0n, pointer = 0n) => {
    payCost(state.gas, "base");
    requireRoomForLog(state);
    const message = read(state, length, pointer);
    payCost(state.gas, "log_base");
    payCost(state.gas, "log_byte", textBytes(message));
    pushLog(state, message);
    return undefined;
  });
}

/** AssemblyScript's abort: strings are UTF-16 behind their lengths. */
function abort(state: CallState, args: readonly bigint[]): undefined {
  const [messagePointer = 0n, filePointer = 0n, line = 0n, column = 0n] = args;
  payCost(state.gas, "base");
  if (messagePointer < 4n || filePointer < 4n) throw new HostError("BadUTF16");
  requireRoomForLog(state);
  const messageLength = readUint(state, messagePointer - 4n, 4n);
  const fileLength = readUint(state, filePointer - 4n, 4n);
  const message = readUtf16(state, messageLength, messagePointer);
  const file = readUtf16(state, fileLength, filePointer);
  const text = `${message}, filename: "${file}" line: ${line} col: ${column}`;
  payCost(state.gas, "log_base");
  payCost(state.gas, "log_byte", textBytes(text));
  pushLog(state, `ABORT: ${text}`);
  throw new HostError("GuestPanic", { panic_msg: text });
}

function requireRoomForLog(state: CallState): void {
  const limit = state.request.parameters.limits.max_number_logs!;
  if (BigInt(state.logs.length) >= limit) throw new HostError("NumberOfLogsExceeded", { limit });
}

function pushLog(state: CallState, message: string): void {
  const length = textBytes(message);
  state.totalLogLength += length;
  if (state.totalLogLength > state.request.parameters.limits.max_total_log_length!) {
    throw logLengthExceeded(state, length);
  }
  state.logs.push(message);
}

function textBytes(text: string): bigint {
  return BigInt(Buffer.byteLength(text, "utf8"));
}
