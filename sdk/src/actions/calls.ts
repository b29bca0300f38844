/** One action per call method, named in camelCase after it. What each does and refuses: contract.md §3 and §4. */
import { callAction } from "./call-action.ts";

export { proposeUpdate } from "./propose-update.ts";
export { sign } from "./sign.ts";

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
/** Publishes the node's or backup service's key for one exchange; the signing key tells the role. */
export const submitEphemeralKey = callAction("submit_ephemeral_key");
/** Moves the account's node to another URL. Takes the full-access key (1 yocto is attached). */
export const updateParticipantUrl = callAction("update_participant_url");
/** A member's vote to end another account's open Recovery. */
export const voteCancelRecovery = callAction("vote_cancel_recovery");
/** A member's vote for new domains; all must vote the identical list. */
export const voteAddDomains = callAction("vote_add_domains");
/** The leader's node starts an attempt at generating the next key. */
export const startKeygenInstance = callAction("start_keygen_instance");
/** A node's word for the public key that it generated. */
export const votePk = callAction("vote_pk");
/** Ends the running attempt of a key generation or resharing. */
export const voteAbortKeyEventInstance = callAction("vote_abort_key_event_instance");
/** A member's vote to end the generation of keys with those made so far. */
export const voteCancelKeygen = callAction("vote_cancel_keygen");
/** A vote for new participants and thresholds. */
export const voteNewParameters = callAction("vote_new_parameters");
/** The leader's node starts an attempt at resharing the next key. */
export const startReshareInstance = callAction("start_reshare_instance");
/** A node's word that it holds its new share of a key. */
export const voteReshared = callAction("vote_reshared");
/** A member's vote to end the Resharing with the old participants. */
export const voteCancelResharing = callAction("vote_cancel_resharing");
/** A member's vote for a proposed update of code or settings. */
export const voteUpdate = callAction("vote_update");
/** Takes the member's vote back, and its own proposal once nobody votes for it. */
export const removeUpdateVote = callAction("remove_update_vote");
/** A node's answer to a signature request; everybody who waits for it gets it. Only the recorded node key. */
export const respond = callAction("respond");
/** What the host calls once a request was answered or waited too long. Only the contract account. */
export const returnSignatureAndCleanStateOnSuccess = callAction(
  "return_signature_and_clean_state_on_success",
);
/** Fails: how a call that waited too long is told so. Only the contract account. */
export const failOnTimeout = callAction("fail_on_timeout");
/** Has new code check what is stored. Only the contract account. */
export const migrate = callAction("migrate");
/** Pays for a candidate's record; pass `depositYocto` of `storageBalanceBounds`. */
export const storageDeposit = callAction("storage_deposit");
/** NEP-145; nothing of a candidate's deposit is ever available (1 yocto is attached). */
export const storageWithdraw = callAction("storage_withdraw");
/** Removes the candidate's record; its deposit goes back (1 yocto is attached). */
export const storageUnregister = callAction("storage_unregister");
/** A member's proposal of a program by the hash of its code, in place of its earlier one. */
export const proposeCodeHash = callAction("propose_code_hash");
/** A member's vote for a proposed code hash; an account votes for one at a time. */
export const voteCodeHash = callAction("vote_code_hash");
/** A member's vote to revoke an allowed code hash. */
export const voteRevokeCodeHash = callAction("vote_revoke_code_hash");
/** A member's vote for the next rollout policy; there is no way back. */
export const voteRolloutPolicy = callAction("vote_rollout_policy");
/** Has the contract log which code hashes are allowed, and a handover's receipt, for a proof of this call's outcome. */
export const anchor = callAction("anchor");
/** Publishes the member's key for shares of seeds; `proof` is its TLS key's signature over `shareKeyText`. */
export const publishShareKey = callAction("publish_share_key");
/** Publishes the sealed shares of a version's seed, for ever; pass `depositYocto` of `seedBackupCostYocto`. */
export const publishSeedBackup = callAction("publish_seed_backup");
/** Files the receipt of a handover, for ever; pass `depositYocto` of `handoverCostYocto`. */
export const confirmHandover = callAction("confirm_handover");
