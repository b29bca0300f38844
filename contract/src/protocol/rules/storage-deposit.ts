/** Candidates pay for what the contract stores of them: one fixed amount, back when the record goes. Source: contract.md §3. */
import type { AccountId } from "../brand.ts";
import { refuse } from "../errors.ts";
import { CANDIDATE_STORAGE_BYTES, STORAGE_YOCTO_PER_BYTE } from "../limits.ts";
import type { InitializedState } from "../state.ts";
import { isProspective } from "./members.ts";

export function candidateDepositYocto(): bigint {
  return CANDIDATE_STORAGE_BYTES * STORAGE_YOCTO_PER_BYTE;
}

/** While an account is proposed in a Resharing its record stays as the participants voted for it. */
export function requireNotFrozen(state: InitializedState, account_id: AccountId): void {
  if (state.kind === "Resharing" && isProspective(state, account_id)) {
    refuse("CANDIDATE_FROZEN", { account_id, epoch_id: state.resharing_key.epoch_id });
  }
}
