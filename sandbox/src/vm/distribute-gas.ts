import type { CallState } from "./call-state.ts";
import { usedGas } from "./gas-counter.ts";
import type { CreatedReceipt, VmAction } from "./interface.ts";

/**
 * Shares the unused gas among weighted calls, as nearcore's receipt manager does: each gets its part rounded down,
 * the last one the rest too. Returns the finished receipts and the gas that was given out.
 */
export function distributeGas(state: CallState): { receipts: CreatedReceipt[]; distributedGas: bigint } {
  const unused = state.request.context.prepaidGas - usedGas(state.gas);
  const weights = state.weightedCalls.reduce((sum, call) => sum + call.weight, 0n);
  if (weights === 0n || unused <= 0n) return { receipts: finishReceipts(state), distributedGas: 0n };
  let given = 0n;
  state.weightedCalls.forEach(({ receipt, action, weight }, i) => {
    const last = i === state.weightedCalls.length - 1;
    const share = last ? unused - given : (unused * weight) / weights;
    given += share;
    const { actions } = state.receipts[receipt]!;
    actions[action] = withMoreGas(actions[action]!, share);
  });
  return { receipts: finishReceipts(state), distributedGas: given };
}

function withMoreGas(action: VmAction, gas: bigint): VmAction {
  if (action.kind !== "FunctionCall") {
    throw new Error(`expected a weighted action to be a FunctionCall, found ${action.kind}`);
  }
  return { ...action, gas: action.gas + gas };
}

function finishReceipts(state: CallState): CreatedReceipt[] {
  return state.receipts.map((draft) => ({ ...draft }));
}
