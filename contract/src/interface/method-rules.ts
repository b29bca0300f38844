/** What the shell enforces before a call reaches the core, and the lists of methods per role. Source: contract.md §3. */
import type { CallName, MethodName } from "./arguments.ts";

/**
 * - `none`: any deposit is refused.
 * - `one_yocto`: exactly 1 yocto, so that only a full-access key can sign.
 * - `if_operator`: nothing, or at least 1 yocto where the core asks for the operator's full-access key.
 */
export type DepositRule = "none" | "one_yocto" | "if_operator";

/** `contract`: only the contract account itself; `direct`: the account that signed the transaction. */
export type CallAccess = "contract" | "direct";

export interface CallRule {
  readonly access: CallAccess;
  readonly deposit: DepositRule;
}

export const CALL_RULES: Readonly<Record<CallName, CallRule>> = {
  init: { access: "contract", deposit: "none" },
  init_running: { access: "contract", deposit: "none" },
  submit_participant_info: { access: "direct", deposit: "if_operator" },
  submit_participant_recovery_info: { access: "direct", deposit: "none" },
  approve_recovery: { access: "direct", deposit: "one_yocto" },
  conclude_recovery: { access: "direct", deposit: "none" },
  cancel_recovery: { access: "direct", deposit: "one_yocto" },
  register_backup_service: { access: "direct", deposit: "if_operator" },
  confirm_backup: { access: "direct", deposit: "none" },
  confirm_recovery: { access: "direct", deposit: "none" },
};

/** What a node's function-call access key needs, and nothing more. */
export const NODE_METHODS: readonly MethodName[] = [
  "submit_participant_info",
  "submit_participant_recovery_info",
  "conclude_recovery",
];

/** What a backup service's function-call access key needs, and nothing more. */
export const BACKUP_SERVICE_METHODS: readonly MethodName[] = [
  "register_backup_service",
  "confirm_backup",
  "confirm_recovery",
];
