/** An account outside the set makes itself known, so that it can be proposed. Source: contract.md §2, §3, §4.3-4. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { SubmitParticipantInfo } from "../commands.ts";
import type { Context } from "../context.ts";
import { type DepositReason, refuse } from "../errors.ts";
import type { ProtocolEvent } from "../events.ts";
import type { AccountRecord } from "../records.ts";
import { hasFullRetiredList, recordOfCaller, retire } from "../rules/account-record.ts";
import { admitAttestation, attestationUnder } from "../rules/attestation.ts";
import { requireSignerRole, requireTlsRole } from "../rules/key-roles.ts";
import { requireUrlLength } from "../rules/parameters.ts";
import { isSameInfo } from "../rules/parameters-proposal.ts";
import { withoutStaleProposals } from "../rules/proposals.ts";
import { candidateDepositYocto, requireNotFrozen } from "../rules/storage-deposit.ts";
import { requireNotTaken, requireTlsKeyProof } from "../rules/tls-keys.ts";
import type { InitializedState } from "../state.ts";

/** Stores info, node key and attestation; the candidate has paid for the storage before. */
export function submitCandidateInfo(
  state: InitializedState,
  command: SubmitParticipantInfo,
  context: Context,
): Change {
  const record = recordOfCaller(context);
  const account_id = context.caller;
  if (record.storage_deposit_yocto === null) {
    refuse("STORAGE_DEPOSIT_REQUIRED", { account_id, required_yocto: String(candidateDepositYocto()) });
  }
  const candidate_info = command.participant_info;
  const stored = { key: record.candidate_info?.tls_public_key, attestation: record.attestation };
  const earlier = attestationUnder(stored, candidate_info.tls_public_key, command.attestation);
  const attestation = admitAttestation(earlier, command.attestation, context);
  const isKnownInfo = record.candidate_info !== null && isSameInfo(record.candidate_info, candidate_info);
  const isKnownKey = record.node_key === context.signerKey;
  if (isKnownInfo && isKnownKey && attestation === record.attestation) return NO_CHANGE;
  requireNotFrozen(state, account_id);
  requireUsableKeys(record, command, context);
  requireRight(record, command, context);
  const node_key = context.signerKey;
  const retired_keys = isKnownKey ? record.retired_keys : retire(record, record.node_key);
  const stale = isKnownInfo ? null : withoutStaleProposals(state, account_id, candidate_info);
  const { tls_public_key } = candidate_info;
  const submitted = { account_id, tls_public_key, signer_account_pk: node_key };
  const changed: ProtocolEvent[] = isKnownKey
    ? []
    : [{ event: "node_key_changed", data: { account_id, previous: record.node_key, current: node_key } }];
  return {
    ...(stale?.state && { state: stale.state }),
    records: [[account_id, { ...record, candidate_info, node_key, retired_keys, attestation }]],
    events: [{ event: "participant_info_submitted", data: submitted }, ...changed, ...(stale?.events ?? [])],
  };
}

function requireUsableKeys(record: AccountRecord, command: SubmitParticipantInfo, context: Context): void {
  const { tls_public_key, url } = command.participant_info;
  requireUrlLength(url, context.config);
  requireTlsRole("node", tls_public_key, null, record, null);
  requireSignerRole("node", context.signerKey, record, null);
  requireNotTaken(tls_public_key, context);
}

/** A known node key may change the info; another key takes the place of a known one by the operator's word only. */
function requireRight(record: AccountRecord, command: SubmitParticipantInfo, context: Context): void {
  const reason = operatorReason(record, context);
  if (reason !== null && context.depositYocto === 0n) {
    refuse("DEPOSIT_REQUIRED", { attached_yocto: "0", required_yocto: "1", reason });
  }
  const { tls_public_key } = command.participant_info;
  if (record.candidate_info?.tls_public_key === tls_public_key) return;
  requireTlsKeyProof("node", tls_public_key, context.signerKey, command.tls_key_proof, context);
}

function operatorReason(record: AccountRecord, { signerKey }: Context): DepositReason | null {
  if (record.node_key === signerKey) return null;
  if (record.node_key !== null) return "changes_node_key";
  return hasFullRetiredList(record) || record.retired_keys.includes(signerKey) ? "retired_key" : null;
}
