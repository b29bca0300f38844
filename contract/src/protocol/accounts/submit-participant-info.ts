/** A node makes itself known: records or confirms the node key; for an account outside the set, a candidate's info. Source: contract.md §3, §4.2-4. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { SubmitParticipantInfo } from "../commands.ts";
import type { Context } from "../context.ts";
import { copyOf } from "../copy-record.ts";
import { type DepositReason, refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import type { AccountRecord } from "../records.ts";
import { hasFullRetiredList, recordOfCaller, retire } from "../rules/account-record.ts";
import { admitAttestation } from "../rules/attestation.ts";
import { requireSignerRole } from "../rules/key-roles.ts";
import { ownRecovery, requireInitialized, requireMember } from "../rules/members.ts";
import { requireTlsKeyProof } from "../rules/tls-keys.ts";
import type { ParticipantInfo, ProtocolState } from "../state.ts";
import { submitCandidateInfo } from "./submit-candidate-info.ts";

export function submitParticipantInfo(
  before: ProtocolState,
  command: SubmitParticipantInfo,
  context: Context,
): Change {
  const state = requireInitialized(before);
  const member = context.lookup.member(context.caller);
  if (!member) return submitCandidateInfo(state, command, context);
  requireRegistered(command.participant_info, member[2]);
  const record = recordOfCaller(context);
  const attestation = admitAttestation(record.attestation, command.attestation, context);
  if (record.node_key === context.signerKey) {
    if (attestation === record.attestation) return NO_CHANGE;
    return change({ ...record, attestation }, [], context);
  }
  requireSignerRole("node", context.signerKey, record, ownRecovery(state, context.caller));
  requireRightToRecord(record, command, context);
  const next = copyOf(record);
  next.node_key = context.signerKey;
  next.retired_keys = retire(record, record.node_key);
  next.attestation = attestation;
  const data = { account_id: context.caller, previous: record.node_key, current: context.signerKey };
  const event: ProtocolEvent = { event: "node_key_changed", data };
  return change(next, [event], context);
}

function change(record: AccountRecord, events: readonly ProtocolEvent[], context: Context): Change {
  const account_id = context.caller;
  const member = requireMember(context);
  const { tls_public_key } = member[2];
  const data = { account_id, tls_public_key, signer_account_pk: context.signerKey };
  return {
    records: [[account_id, record]],
    events: [{ event: "participant_info_submitted", data }, ...events],
  };
}

function requireRegistered(provided: ParticipantInfo, registered: ParticipantInfo): void {
  if (provided.tls_public_key !== registered.tls_public_key) {
    refuse("USE_RECOVERY", { registered: registered.tls_public_key, provided: provided.tls_public_key });
  }
  if (provided.url !== registered.url) {
    refuse("USE_UPDATE_URL", { registered: registered.url, provided: provided.url });
  }
}

/** The first key of a node proves to hold the TLS key; every later one needs the operator's full-access key. */
function requireRightToRecord(record: AccountRecord, command: SubmitParticipantInfo, context: Context): void {
  if (context.depositYocto > 0n) return;
  const reason = operatorReason(record, context);
  if (reason !== null) {
    refuse("DEPOSIT_REQUIRED", { attached_yocto: "0", required_yocto: "1", reason });
  }
  const { tls_public_key } = command.participant_info;
  requireTlsKeyProof("node", tls_public_key, context.signerKey, command.tls_key_proof, context);
}

function operatorReason(record: AccountRecord, context: Context): DepositReason | null {
  if (record.node_key !== null) return "changes_node_key";
  const maybeRetired = hasFullRetiredList(record) || record.retired_keys.includes(context.signerKey);
  return maybeRetired ? "retired_key" : null;
}
