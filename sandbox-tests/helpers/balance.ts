import type { NearAccount } from "near-workspaces";
import type { TestNetwork } from "./network.ts";

/** What a call moved, in yoctoNEAR: gas and the contract's share of its price are left out. */
export interface Movement {
  /** The panic of the call; null when it succeeded. */
  readonly failure: string | null;
  /** How much more the contract has. */
  readonly contractYocto: bigint;
  /** How much more the caller has. */
  readonly callerYocto: bigint;
}

interface Outcome {
  readonly failed: boolean;
  readonly Failure: unknown;
  readonly result: {
    readonly transaction_outcome: { readonly outcome: Burnt };
    readonly receipts_outcome: readonly { readonly outcome: Burnt }[];
  };
}

interface Burnt {
  readonly executor_id: string;
  readonly tokens_burnt: string;
  readonly gas_burnt: number;
  readonly metadata: { readonly gas_profile: readonly Cost[] | null };
}

interface Cost {
  readonly gas_used: string;
}

/** What the account has, in yoctoNEAR. */
export async function balanceOf(account: NearAccount): Promise<bigint> {
  return BigInt((await account.balance()).total.toString());
}

/** Runs a call of `caller` and says who has how much more than before. */
export async function movement(
  { contract }: TestNetwork,
  caller: NearAccount,
  call: () => Promise<unknown>,
): Promise<Movement> {
  const before = { contract: await balanceOf(contract), caller: await balanceOf(caller) };
  const { failed, Failure, result } = (await call()) as Outcome;
  const after = { contract: await balanceOf(contract), caller: await balanceOf(caller) };
  const outcomes = [result.transaction_outcome, ...result.receipts_outcome].map(({ outcome }) => outcome);
  const gasYocto = outcomes.reduce((sum, outcome) => sum + BigInt(outcome.tokens_burnt), 0n);
  const rewardYocto = outcomes
    .filter(({ executor_id }) => executor_id === contract.accountId)
    .reduce((sum, outcome) => sum + rewardOf(outcome), 0n);
  return {
    failure: failed ? JSON.stringify(Failure) : null,
    contractYocto: after.contract - before.contract - rewardYocto,
    callerYocto: after.caller - before.caller + gasYocto,
  };
}

/** A contract's account earns 30 % of the price of the gas that its functions burn, promises to pay included. */
function rewardOf({ tokens_burnt, gas_burnt, metadata }: Burnt): bigint {
  if (gas_burnt === 0) return 0n;
  const functionGas = (metadata.gas_profile ?? []).reduce((sum, { gas_used }) => sum + BigInt(gas_used), 0n);
  const priceYocto = BigInt(tokens_burnt) / BigInt(gas_burnt);
  return ((functionGas * 3n) / 10n) * priceYocto;
}
