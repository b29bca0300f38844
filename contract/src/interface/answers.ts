/** What the views answer besides `state()`; shapes as in `results.ts`. All take the state as it is at this height. */
import type { AccountId, DomainId, DomainPublicKey, RecoveryId } from "../protocol/brand.ts";
import { refuse } from "../protocol/errors.ts";
import { type AccountRecord, EMPTY_RECORD } from "../protocol/records.ts";
import { currentKeyset, requireInitialized } from "../protocol/rules/members.ts";
import type { ParticipantEntry, ProtocolState } from "../protocol/state.ts";
import type { ViewResult } from "./methods.ts";

/** The open Recovery, or null. */
export function recoveryInfo(state: ProtocolState): ViewResult<"recovery_info"> {
  if (state.kind !== "Recovery") return null;
  const { recovery_id, recovering, cancel_votes, attestation } = state;
  const first_recovery_id: RecoveryId = state.first_recovery_id;
  return { recovery_id, first_recovery_id, recovering, cancel_votes, attestation };
}

/** What the contract knows of the account, or null. */
export function participantInfo(
  account_id: AccountId,
  member: ParticipantEntry | undefined,
  record: AccountRecord | undefined,
): ViewResult<"participant_info"> {
  if (member === undefined && record === undefined) return null;
  const known = record ?? EMPTY_RECORD;
  return {
    account_id,
    participant_id: member?.[1] ?? null,
    participant_info: member?.[2] ?? known.candidate_info,
    node_key: known.node_key,
    retired_keys: known.retired_keys,
    attestation: known.attestation,
    approval: known.approval,
    entries: known.entries,
    cooldown: known.cooldown,
    last_concluded_recovery_id: known.last_concluded_recovery_id,
  };
}

/** The key of a domain in the current keyset; without a domain that of domain 0. Refuses with UNKNOWN_DOMAIN. */
export function publicKey(state: ProtocolState, domainId: DomainId | null): DomainPublicKey {
  const domain_id = domainId ?? (0 as DomainId);
  const found = currentKeyset(requireInitialized(state)).domains.find((key) => key.domain_id === domain_id);
  return found?.key ?? refuse("UNKNOWN_DOMAIN", { domain_id });
}
