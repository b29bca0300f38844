import { readAccountId } from "../account-id.ts";
import { type CallState, prohibitInView } from "../call-state.ts";
import { checkedU64, payCost } from "../gas-counter.ts";
import { readMemory } from "../guest-memory.ts";
import { HostError } from "../host-error.ts";
import { shareRegister } from "../registers.ts";
import { type HostFunctionTable, hostFunction } from "./definition.ts";
import { appendFunctionCallAction } from "./promise-actions.ts";
import { addReceipt, isOwn, payNewReceipt, promiseAt, pushPromise, receiptsOf } from "./promise-state.ts";

const INDEX_BYTES = 8;

/** Making promises, joining them, and reading their results. */
export const promiseFunctions: HostFunctionTable = {
  promise_create: hostFunction(8, "l", (state, accountLength = 0n, accountPointer = 0n, ...call) => {
    const promise = createBatch(state, accountLength, accountPointer);
    appendFunctionCallAction(state, promise, ...call);
    return promise;
  }),
  promise_then: hostFunction(
    9,
    "l",
    (state, promiseIndex = 0n, accountLength = 0n, accountPointer = 0n, ...call) => {
      const promise = createBatchAfter(state, promiseIndex, accountLength, accountPointer);
      appendFunctionCallAction(state, promise, ...call);
      return promise;
    },
  ),
  promise_batch_create: hostFunction(2, "l", createBatch),
  promise_batch_then: hostFunction(3, "l", createBatchAfter),
  promise_and: hostFunction(2, "l", join),
  promise_set_refund_to: hostFunction(3, "", setRefundTo),
  promise_results_count: hostFunction(0, "l", (state) => {
    payCost(state.gas, "base");
    prohibitInView(state, "promise_results_count");
    return BigInt(state.request.context.promiseResults.length);
  }),
  promise_result: hostFunction(2, "l", promiseResult),
  promise_return: hostFunction(1, "", promiseReturn),
};

function createBatch(state: CallState, accountLength = 0n, accountPointer = 0n): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_batch_create");
  const receiverId = readAccountId(state, accountLength, accountPointer);
  payNewReceipt(state, isOwn(state, receiverId), []);
  return pushPromise(state, { kind: "Receipt", receipt: addReceipt(state, receiverId, [], null) });
}

function createBatchAfter(
  state: CallState,
  promiseIndex = 0n,
  accountLength = 0n,
  accountPointer = 0n,
): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_batch_then");
  const receiverId = readAccountId(state, accountLength, accountPointer);
  const dependsOn = receiptsOf(promiseAt(state, promiseIndex));
  payNewReceipt(
    state,
    isOwn(state, receiverId),
    dependsOn.map((receipt) => state.receipts[receipt]!.receiverId === receiverId),
  );
  return pushPromise(state, { kind: "Receipt", receipt: addReceipt(state, receiverId, dependsOn, null) });
}

function join(state: CallState, pointer = 0n, count = 0n): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_and");
  payCost(state.gas, "promise_and_base");
  const length = checkedU64(count * BigInt(INDEX_BYTES));
  // nearcore charges this cost per byte of the indices, not per promise.
  payCost(state.gas, "promise_and_per_promise", length);
  const bytes = readMemory(state, pointer, length);
  const indices = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const limit = state.request.parameters.limits.max_number_input_data_dependencies!;
  const receipts: number[] = [];
  for (let at = 0; at < bytes.length; at += INDEX_BYTES) {
    receipts.push(...receiptsOf(promiseAt(state, indices.getBigUint64(at, true))));
    if (BigInt(receipts.length) > limit) {
      const found = BigInt(receipts.length);
      throw new HostError("NumberInputDataDependenciesExceeded", {
        number_of_input_data_dependencies: found,
        limit,
      });
    }
  }
  return pushPromise(state, { kind: "Joint", receipts });
}

function setRefundTo(
  state: CallState,
  promiseIndex = 0n,
  accountLength = 0n,
  accountPointer = 0n,
): undefined {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_set_refund_to");
  const accountId = readAccountId(state, accountLength, accountPointer);
  const promise = promiseAt(state, promiseIndex);
  if (promise.kind === "Joint") throw new HostError("CannotSetRefundToOnJointPromise");
  state.receipts[promise.receipt]!.refundToAccountId = accountId;
  return undefined;
}

function promiseResult(state: CallState, index = 0n, register = 0n): bigint {
  payCost(state.gas, "base");
  prohibitInView(state, "promise_result");
  const { promiseResults } = state.request.context;
  const result = index < BigInt(promiseResults.length) ? promiseResults[Number(index)] : undefined;
  if (result === undefined) throw new HostError("InvalidPromiseResultIndex", { result_idx: index });
  switch (result.kind) {
    case "NotReady":
      return 0n;
    case "Successful":
      shareRegister(state.registers, state.gas, register, result.data);
      return 1n;
    case "Failed":
      return 2n;
  }
}

function promiseReturn(state: CallState, promiseIndex = 0n): undefined {
  payCost(state.gas, "base");
  payCost(state.gas, "promise_return");
  prohibitInView(state, "promise_return");
  const promise = promiseAt(state, promiseIndex);
  if (promise.kind === "Joint") throw new HostError("CannotReturnJointPromise");
  state.returnValue = { kind: "ReceiptIndex", index: promise.receipt };
  return undefined;
}
