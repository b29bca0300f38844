import { limit } from "../runtime/validate-actions.ts";
import type { FunctionCallOutcome } from "../vm/interface.ts";
import type { Block } from "./block.ts";
import type { Chain } from "./chain.ts";
import { sha256 } from "./merkle.ts";

const VIEW_SIGNER_KEY = new Uint8Array(33);

/** Calls a method read-only on the head's state. Returns null when the account has no contract. */
export function viewCall(
  chain: Chain,
  block: Block,
  accountId: string,
  methodName: string,
  args: Uint8Array,
): FunctionCallOutcome | null {
  const { parameters, runFunctionCall } = chain.environment;
  const account = chain.state.accounts.get(accountId);
  if (account === undefined || account.code === null) return null;
  const data = chain.state.contractData.get(accountId);
  return runFunctionCall({
    code: account.code,
    methodName,
    context: {
      currentAccountId: accountId,
      signerAccountId: accountId,
      signerPublicKey: VIEW_SIGNER_KEY,
      predecessorAccountId: accountId,
      refundToAccountId: accountId,
      input: args,
      blockHeight: block.height,
      blockTimestampNanos: block.timestampNanos,
      epochHeight: block.epochHeight,
      accountBalanceYocto: account.amountYocto,
      accountLockedYocto: account.lockedYocto,
      storageUsageBytes: account.storageUsageBytes,
      attachedDepositYocto: 0n,
      prepaidGas: limit(parameters, "max_gas_burnt_view"),
      randomSeed: sha256(block.randomness),
      isView: true,
      outputDataReceivers: [],
      promiseResults: [],
      chainId: chain.genesis.chainId,
    },
    storage: {
      get: (key) => data?.get(Buffer.from(key).toString("latin1")),
      chargeableNodes: () => 0,
    },
    parameters,
    isYieldPending: () => false,
  });
}
