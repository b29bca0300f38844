import type { KeyPair } from "near-workspaces";
import { CALL_GAS, type Operator, type TestNetwork } from "./network.ts";

/** Calls the contract for an operator with a role key. Returns null, or the panic's error code. */
export async function callWith(
  network: TestNetwork,
  operator: Operator,
  signWithKey: KeyPair,
  method: string,
  args: Record<string, unknown>,
): Promise<string | null> {
  return outcomeCode(
    operator.account.callRaw(network.contract, method, args, { gas: CALL_GAS, signWithKey }),
  );
}

/** Calls the contract with the operator's full-access key and 1 yocto. */
export async function callAsOperator(
  network: TestNetwork,
  operator: Operator,
  method: string,
  args: Record<string, unknown>,
): Promise<string | null> {
  return outcomeCode(
    operator.account.callRaw(network.contract, method, args, { gas: CALL_GAS, attachedDeposit: 1n }),
  );
}

async function outcomeCode(
  call: Promise<{ readonly failed: boolean; readonly Failure: unknown }>,
): Promise<string | null> {
  const outcome = await call;
  if (!outcome.failed) return null;
  const text = JSON.stringify(outcome.Failure);
  const code = /CUSTOM_CONTRACT_ERROR.*?name[\\":]+([A-Z0-9_]+)/.exec(text)?.[1];
  if (code === undefined) throw new Error(`expected a coded refusal, found ${text}`);
  return code;
}
