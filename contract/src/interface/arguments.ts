/** The JSON arguments of every method: what the wasm decodes and what a client type-checks. Source: contract.md §3. */

import { object } from "./schema.ts";
import * as shapes from "./shapes.ts";

const none = object({});
const ofAccount = object({ account_id: shapes.accountId });
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
  confirm_recovery: object({ recovery_id: shapes.recoveryId }),
} as const;

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
  public_key: object({}, { domain_id: shapes.domainId }),
  accepts_requests: object({ domain_id: shapes.domainId }),
} as const;

export type CallName = keyof typeof CALL_ARGUMENTS;
export type ViewName = keyof typeof VIEW_ARGUMENTS;
export type MethodName = CallName | ViewName;
