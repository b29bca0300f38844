import { PROPOSE_UPDATE } from "../../../contract/src/interface/methods.ts";
import { encodeProposeUpdate, type ProposedUpdate } from "../../../contract/src/interface/propose-update.ts";
import { updateIdResult } from "../../../contract/src/interface/results.ts";
import type { UpdateId } from "../../../contract/src/protocol/brand.ts";
import type { CallContract, CallOutcome } from "../client/call-contract.ts";
import { parseResult } from "../client/parse-result.ts";

/**
 * Proposes new code, settings or both; the outcome's value is the update's id. `depositYocto` pays for the storage,
 * what is more comes back: 1e19 yocto for each byte of code and 0.015 NEAR. Throws what `CallContract.call` throws, and
 * ResultError.
 */
export async function proposeUpdate(
  caller: CallContract,
  update: ProposedUpdate,
  options: { readonly depositYocto: bigint; readonly signal?: AbortSignal },
): Promise<CallOutcome<UpdateId>> {
  const { gas } = PROPOSE_UPDATE;
  const outcome = await caller.call("propose_update", encodeProposeUpdate(update), { gas, ...options });
  return { ...outcome, value: parseResult("propose_update", updateIdResult, outcome.value) };
}
