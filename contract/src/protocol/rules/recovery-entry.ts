/** Whether an account may enter Recovery or replace its record, and at what price. Source: contract.md §4.2-4, §4.6. */
import type { BlockHeight } from "../brand.ts";
import type { SubmitParticipantRecoveryInfo } from "../commands.ts";
import type { Context } from "../context.ts";
import { copyOf } from "../copy-record.ts";
import { type ApprovalReason, refuse } from "../errors.ts";
import type { RecoveryStarted } from "../events.ts";
import type { AccountRecord, Attestation, RecoveryApproval } from "../records.ts";
import type { ParticipantEntry, RecoveryState } from "../state.ts";
import { hasFullRetiredList, recordOfCaller } from "./account-record.ts";
import { admitAttestation, attestationUnder } from "./attestation.ts";
import { requireSignerRole, requireTlsRole } from "./key-roles.ts";
import { requireUrlLength } from "./parameters.ts";
import { requireTlsKeyProof } from "./tls-keys.ts";

/** What an admitted entry leaves in the account's record. */
export interface Admission {
  readonly record: AccountRecord;
  readonly attestation: Attestation | null;
}

/** Applies every rule for an entry by a member with a TLS key that no other account holds. */
export function admitEntry(
  command: SubmitParticipantRecoveryInfo,
  member: ParticipantEntry,
  open: RecoveryState | null,
  context: Context,
): Admission {
  const { participant_info, tls_key_proof } = command;
  const tlsKey = participant_info.tls_public_key;
  const record = recordOfCaller(context);
  requireUrlLength(participant_info.url, context.config);
  requireTlsRole("recovering", tlsKey, member[2].tls_public_key, record, open);
  requireSignerRole("recovering", context.signerKey, record, open);
  const approval = namedApproval(record, command, context);
  if (approval === null) requireNoApprovalNeeded(record, command, context);
  requireWithinLimit(record, context);
  if (open === null) requireNoCooldown(record, approval, context);
  const openKey = open?.recovering.prospective_info.tls_public_key;
  const stored = { key: openKey, attestation: open?.attestation ?? null };
  const earlier = attestationUnder(stored, tlsKey, command.attestation);
  const attestation = admitAttestation(earlier, command.attestation, context);
  if (openKey !== tlsKey) {
    requireTlsKeyProof("node", tlsKey, context.signerKey, tls_key_proof, context);
  }
  const admitted = copyOf(record);
  admitted.entries = [...countedEntries(record, context), context.height];
  if (approval !== null) admitted.approval = null;
  return { record: admitted, attestation };
}

/** The data of `recovery_started` and `recovery_replaced`. */
export function entryEvent({ recovery_id, recovering }: RecoveryState): RecoveryStarted {
  const { account_id, participant_id, prospective_info, signer_account_pk, expires_on } = recovering;
  return { recovery_id, account_id, participant_id, prospective_info, signer_account_pk, expires_on };
}

/** The account's approval if it is alive and names exactly this TLS key and this signer key. */
function namedApproval(
  record: AccountRecord,
  command: SubmitParticipantRecoveryInfo,
  context: Context,
): RecoveryApproval | null {
  const { approval } = record;
  const isNamed =
    approval !== null &&
    approval.tls_public_key === command.participant_info.tls_public_key &&
    approval.signer_account_pk === context.signerKey &&
    context.height < approval.expires_on;
  return isNamed ? approval : null;
}

function requireNoApprovalNeeded(
  record: AccountRecord,
  command: SubmitParticipantRecoveryInfo,
  context: Context,
): void {
  const reason = approvalReason(record, context);
  if (reason === null) return;
  refuse("APPROVAL_REQUIRED", {
    reason,
    tls_public_key: command.participant_info.tls_public_key,
    signer_account_pk: context.signerKey,
  });
}

function approvalReason(record: AccountRecord, context: Context): ApprovalReason | null {
  if (record.retired_keys.includes(context.signerKey)) return "retired_key";
  if (hasFullRetiredList(record)) return "retired_keys_full";
  if (record.node_key === null) return "no_node_key";
  return context.config.require_recovery_approval ? "required_by_config" : null;
}

function countedEntries(record: AccountRecord, context: Context): BlockHeight[] {
  return record.entries.filter((entered) => entered + context.config.recovery_window_blocks > context.height);
}

function requireWithinLimit(record: AccountRecord, context: Context): void {
  const { max_recoveries_per_window: limit, recovery_window_blocks: window } = context.config;
  const counted = countedEntries(record, context);
  const blocking = counted[counted.length - limit];
  if (blocking === undefined) return;
  refuse("RECOVERY_LIMIT_REACHED", {
    entries: counted.length,
    limit,
    possible_on: (blocking + window) as BlockHeight,
  });
}

function requireNoCooldown(record: AccountRecord, approval: RecoveryApproval | null, context: Context): void {
  const { cooldown } = record;
  if (cooldown === null || context.height >= cooldown.ends_on) return;
  if (cooldown.cause === "cancelled_by_account" && approval !== null) return;
  refuse("RECOVERY_COOLDOWN", { cause: cooldown.cause, height: context.height, ends_on: cooldown.ends_on });
}
