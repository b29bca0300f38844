/** One action per call method, named in camelCase after it. What each does and refuses: contract.md §3 and §4. */
import { callAction } from "./call-action.ts";

/** Starts the contract without keys. Only the contract account itself, once. */
export const init = callAction("init");
/** Starts the contract with domains, keyset and participants that exist already. Only the contract account. */
export const initRunning = callAction("init_running");
/** Records or confirms this node's key. Changing an existing node key takes `depositYocto: 1n`. */
export const submitParticipantInfo = callAction("submit_participant_info");
/** Asks to take the account's place with a new TLS key: opens, or replaces, the account's Recovery. */
export const submitParticipantRecoveryInfo = callAction("submit_participant_recovery_info");
/** The operator's word for one entry with these two keys. Takes the full-access key (1 yocto is attached). */
export const approveRecovery = callAction("approve_recovery");
/** Ends the Recovery with the new info in place. Only the recovering key. */
export const concludeRecovery = callAction("conclude_recovery");
/** Gives up the account's own Recovery. Takes the full-access key (1 yocto is attached). */
export const cancelRecovery = callAction("cancel_recovery");
/** Names the account's backup service. Replacing one takes the full-access key and `depositYocto: 1n`. */
export const registerBackupService = callAction("register_backup_service");
/** The backup service's receipt for the contract's current keyset. */
export const confirmBackup = callAction("confirm_backup");
/** The backup service's word that it delivered the shares of a Recovery. */
export const confirmRecovery = callAction("confirm_recovery");
