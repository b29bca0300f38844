/** A backup service takes up its post, by itself the first time, by the operator later. Source: contract.md §3, §4. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { RegisterBackupService } from "../commands.ts";
import type { Context } from "../context.ts";
import { copyOf } from "../copy-record.ts";
import { type DepositReason, refuse } from "../errors.ts";
import type { AccountRecord, BackupService } from "../records.ts";
import { hasFullRetiredList, recordOfCaller, retire, withoutRole } from "../rules/account-record.ts";
import { admitAttestation, isSameEvidence } from "../rules/attestation.ts";
import { requireSignerRole, requireTlsRole } from "../rules/key-roles.ts";
import { isProspective, ownRecovery, requireInitialized } from "../rules/members.ts";
import { requireUrlLength } from "../rules/parameters.ts";
import { requireNotTaken, requireTlsKeyProof } from "../rules/tls-keys.ts";
import type { InitializedState, ProtocolState } from "../state.ts";

export function registerBackupService(
  before: ProtocolState,
  command: RegisterBackupService,
  context: Context,
): Change {
  const state = requireInitialized(before);
  requirePost(state, context);
  const record = recordOfCaller(context);
  if (isSameService(record.backup_service, command)) return NO_CHANGE;
  requireKeyRoles(state, command, record, context);
  requireRightToRegister(record, command, context);
  const attestation = admitAttestation(null, command.attestation, context);
  requireProof(record, command, context);
  const { public_key, signer_account_pk, url } = command.backup_service_info;
  return register(record, { public_key, signer_account_pk, url, attestation }, context);
}

function register(record: AccountRecord, service: BackupService, context: Context): Change {
  const replaced = record.backup_service;
  const { public_key, signer_account_pk } = service;
  const dismissed = replaced?.signer_account_pk === signer_account_pk ? null : replaced?.signer_account_pk;
  const retired_keys = retire(record, dismissed ?? null);
  const ephemeral_keys = withoutRole(record, "backup_service");
  const account_id = context.caller;
  const data = { account_id, public_key, signer_account_pk, replaced: replaced?.public_key ?? null };
  const next = copyOf(record);
  next.backup_service = service;
  next.receipt = null;
  next.retired_keys = retired_keys;
  next.ephemeral_keys = ephemeral_keys;
  return {
    records: [[account_id, next]],
    events: [{ event: "backup_service_registered", data }],
  };
}

function requirePost(state: InitializedState, context: Context): void {
  const { caller } = context;
  if (context.lookup.member(caller) === undefined && !isProspective(state, caller)) {
    refuse("NOT_A_MEMBER", { account_id: caller });
  }
}

function isSameService(service: BackupService | null, command: RegisterBackupService): boolean {
  const { backup_service_info: info, attestation } = command;
  return (
    service !== null &&
    service.public_key === info.public_key &&
    service.signer_account_pk === info.signer_account_pk &&
    service.url === info.url &&
    (attestation === null || isSameEvidence(service.attestation, attestation))
  );
}

function requireKeyRoles(
  state: InitializedState,
  command: RegisterBackupService,
  record: AccountRecord,
  context: Context,
): void {
  const { public_key, signer_account_pk, url } = command.backup_service_info;
  const open = ownRecovery(state, context.caller);
  const nodeInfo = context.lookup.member(context.caller)?.[2] ?? record.candidate_info;
  requireTlsRole("service", public_key, nodeInfo?.tls_public_key ?? null, record, open);
  requireSignerRole("service", signer_account_pk, record, open);
  requireNotTaken(public_key, context);
  if (url !== null) requireUrlLength(url, context.config);
}

function requireRightToRegister(
  record: AccountRecord,
  command: RegisterBackupService,
  context: Context,
): void {
  if (context.depositYocto > 0n) return;
  const reason = operatorReason(record, command, context);
  if (reason !== null) refuse("DEPOSIT_REQUIRED", { attached_yocto: "0", required_yocto: "1", reason });
}

function operatorReason(
  record: AccountRecord,
  command: RegisterBackupService,
  context: Context,
): DepositReason | null {
  const key = command.backup_service_info.signer_account_pk;
  if (record.backup_service !== null) return "replaces_service";
  if (key !== context.signerKey) return "signed_by_another_key";
  if (record.node_key === null) return "no_node_key";
  return hasFullRetiredList(record) || record.retired_keys.includes(key) ? "retired_key" : null;
}

function requireProof(record: AccountRecord, command: RegisterBackupService, context: Context): void {
  const { public_key, signer_account_pk } = command.backup_service_info;
  if (record.backup_service?.public_key === public_key) return;
  requireTlsKeyProof("backup_service", public_key, signer_account_pk, command.tls_key_proof, context);
}
