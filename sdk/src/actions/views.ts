/** One action per view, named in camelCase after it. Every outcome carries the block it holds at. */
import { viewAction } from "./view-action.ts";

/** The protocol state. */
export const state = viewAction("state");
/** The contract's settings. */
export const config = viewAction("config");
/** The contract's version. */
export const version = viewAction("version");
/** The methods that a node's access key needs. */
export const nodeMethods = viewAction("node_methods");
/** The methods that a backup service's access key needs. */
export const backupServiceMethods = viewAction("backup_service_methods");
/** The open Recovery with what the state leaves out; null when there is none. */
export const recoveryInfo = viewAction("recovery_info");
/** What the contract knows of an account as a participant; null for nothing. */
export const participantInfo = viewAction("participant_info");
/** The account's registered backup service; null for none. */
export const backupServiceInfo = viewAction("backup_service_info");
/** The account's newest confirmed backup; null for none. */
export const backupReceipt = viewAction("backup_receipt");
/** A domain's public key as text. */
export const publicKey = viewAction("public_key");
/** The key that answers requests of a predecessor's path in a domain, as text. */
export const derivedPublicKey = viewAction("derived_public_key");
/** The yield of the first caller that waits for this request; null when nobody does. */
export const getPendingRequest = viewAction("get_pending_request");
/** Signature requests that wait for an answer, oldest first, at most `limit`. */
export const pendingRequests = viewAction("pending_requests");
/** Whether the network takes signature requests for a domain now. */
export const acceptsRequests = viewAction("accepts_requests");
/** The last key of an account, role and purpose with its session; the key is null once expired. */
export const ephemeralKey = viewAction("ephemeral_key");
/** Open proposals of code and settings, oldest first. */
export const proposedUpdates = viewAction("proposed_updates");
/** A candidate's deposit; null for none. */
export const storageBalanceOf = viewAction("storage_balance_of");
/** What a candidate pays: one fixed amount. */
export const storageBalanceBounds = viewAction("storage_balance_bounds");
/** Where the contract's code comes from (NEP-330). */
export const contractSourceMetadata = viewAction("contract_source_metadata");
/** The programs that may be given a seed, with the votes to revoke them. */
export const allowedCodeHashes = viewAction("allowed_code_hashes");
/** Open proposals of code hashes with their votes, oldest first. */
export const proposedCodeHashes = viewAction("proposed_code_hashes");
/** The rollout policy in force, with the votes for the next one. */
export const rolloutPolicy = viewAction("rollout_policy");
/** Members' keys for shares of seeds, sorted by account. */
export const shareKeys = viewAction("share_keys");
/** The sealed shares of a version's seed, with who published them and when; null for none. */
export const seedBackup = viewAction("seed_backup");
/** The receipt of a handover; null for none. */
export const handover = viewAction("handover");
