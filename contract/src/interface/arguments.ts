/** The JSON arguments of every method: what the wasm decodes and what a client type-checks. Source: contract.md §3. */

import { MAX_CODE_BYTES } from "../protocol/limits.ts";
import * as requests from "./request-shapes.ts";
import { boolean, integer, list, object } from "./schema.ts";
import * as shapes from "./shapes.ts";
import * as transparency from "./transparency-shapes.ts";

const none = object({});
const ofAccount = object({ account_id: shapes.accountId });
const ofRecovery = object({ recovery_id: shapes.recoveryId });
const ofCodeHash = object({ code_hash: shapes.sha256Hex });
const ofKeyEvent = object({ key_event_id: shapes.keyEventId });
const nodeInfo = object(
  { participant_info: shapes.participantInfo, tls_key_proof: shapes.signature },
  { attestation: shapes.attestationEvidence },
);

export const CALL_ARGUMENTS = {
  init: object({ parameters: shapes.thresholdParameters }, { init_config: shapes.initConfig }),
  init_running: object(
    {
      domains: shapes.domainConfigs,
      next_domain_id: shapes.domainId,
      keyset: shapes.keyset,
      parameters: shapes.thresholdParameters,
    },
    { init_config: shapes.initConfig },
  ),
  submit_participant_info: nodeInfo,
  submit_participant_recovery_info: nodeInfo,
  approve_recovery: object({
    tls_public_key: shapes.tlsPublicKey,
    signer_account_pk: shapes.signerKey,
  }),
  conclude_recovery: object({}, { keyset: shapes.keyset, recovery_id: shapes.recoveryId }),
  cancel_recovery: none,
  register_backup_service: object(
    { backup_service_info: shapes.backupServiceInfo, tls_key_proof: shapes.signature },
    { attestation: shapes.attestationEvidence },
  ),
  confirm_backup: object({
    epoch_id: shapes.epochId,
    keyset_hash: shapes.sha256Hex,
    digest: shapes.sha256Hex,
  }),
  confirm_recovery: ofRecovery,
  submit_ephemeral_key: object({
    purpose: shapes.keyPurpose,
    public_key: shapes.x25519PublicKey,
    proof: shapes.signature,
  }),
  update_participant_url: object({ url: shapes.url }),
  vote_cancel_recovery: ofRecovery,
  vote_add_domains: object({ domains: shapes.domainConfigs }),
  start_keygen_instance: ofKeyEvent,
  vote_pk: object({ key_event_id: shapes.keyEventId, public_key: shapes.domainPublicKey }),
  vote_abort_key_event_instance: ofKeyEvent,
  vote_cancel_keygen: object({ next_domain_id: shapes.domainId }),
  vote_new_parameters: object({
    prospective_epoch_id: shapes.epochId,
    proposal: shapes.parametersProposal,
  }),
  start_reshare_instance: ofKeyEvent,
  vote_reshared: ofKeyEvent,
  vote_cancel_resharing: none,
  vote_update: object({ id: shapes.updateId }),
  remove_update_vote: none,
  migrate: none,
  storage_deposit: object({}, { account_id: shapes.accountId, registration_only: boolean() }),
  storage_withdraw: object({}, { amount: shapes.yocto }),
  storage_unregister: object({}, { force: boolean() }),
  sign: object({ request: requests.signRequest }),
  respond: object({ request: requests.signatureRequest, response: requests.signatureResponse }),
  return_signature_and_clean_state_on_success: object({
    request_id: requests.requestId,
    ticket: requests.ticket,
  }),
  fail_on_timeout: none,
  propose_code_hash: object({ code_hash: shapes.sha256Hex, url: shapes.url }),
  vote_code_hash: ofCodeHash,
  vote_revoke_code_hash: ofCodeHash,
  vote_rollout_policy: object({ policy: transparency.rolloutPolicy }),
  anchor: object(
    { nonce: requests.hex32 },
    { handover: transparency.handoverName, seed_backup: shapes.seedVersion },
  ),
  publish_share_key: object({ public_key: shapes.x25519PublicKey, proof: shapes.signature }),
  publish_seed_backup: transparency.seedBackupArguments,
  confirm_handover: object({
    version: shapes.seedVersion,
    from: shapes.tlsPublicKey,
    to: shapes.tlsPublicKey,
    ...transparency.receipt,
  }),
} as const;

/** The one call whose arguments are Borsh, `{code: Option<Vec<u8>>, config: Option<Config>}`; see `propose-update.ts`. */
export const PROPOSE_UPDATE_ARGUMENTS = object(
  {},
  { code: list(integer(255), MAX_CODE_BYTES), config: shapes.config },
);

export const VIEW_ARGUMENTS = {
  state: none,
  config: none,
  version: none,
  node_methods: none,
  backup_service_methods: none,
  recovery_info: none,
  participant_info: ofAccount,
  backup_service_info: ofAccount,
  backup_receipt: ofAccount,
  ephemeral_key: object({
    account_id: shapes.accountId,
    role: shapes.keyRole,
    purpose: shapes.keyPurpose,
  }),
  proposed_updates: none,
  storage_balance_of: ofAccount,
  storage_balance_bounds: none,
  contract_source_metadata: none,
  public_key: object({}, { domain_id: shapes.domainId }),
  derived_public_key: object(
    { path: requests.path, predecessor: shapes.accountId },
    { domain_id: shapes.domainId },
  ),
  accepts_requests: object({ domain_id: shapes.domainId }),
  get_pending_request: object({ request: requests.signatureRequest }),
  pending_requests: object({}, { limit: integer() }),
  allowed_code_hashes: none,
  proposed_code_hashes: none,
  rollout_policy: none,
  share_keys: none,
  seed_backup: object({ version: shapes.seedVersion }),
  handover: transparency.handoverName,
} as const;

/** Calls with JSON arguments. */
export type CallName = keyof typeof CALL_ARGUMENTS;
export type AnyCallName = CallName | "propose_update";
export type ViewName = keyof typeof VIEW_ARGUMENTS;
export type MethodName = AnyCallName | ViewName;
