/** What the views answer besides `state()`; shapes as in `results.ts`. All take the state as it is at this height. */
import type {
  AccountId,
  BlockHeight,
  DomainId,
  DomainPublicKey,
  RecoveryId,
  YoctoText,
} from "../protocol/brand.ts";
import { refuse } from "../protocol/errors.ts";
import { type AccountRecord, EMPTY_RECORD, type EphemeralKey } from "../protocol/records.ts";
import type { PendingRequest, RequestId, RequestQueue } from "../protocol/requests/signature-request.ts";
import { currentKeyset, requireInitialized } from "../protocol/rules/members.ts";
import { candidateDepositYocto } from "../protocol/rules/storage-deposit.ts";
import type { ParticipantEntry, ProtocolState } from "../protocol/state.ts";
import type { ViewResult } from "./methods.ts";
import { VERSION } from "./version.ts";

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

/** The last ephemeral key of the account in this role and for this purpose; only a live one is shown. */
export function ephemeralKey(
  record: AccountRecord | undefined,
  { role, purpose }: Pick<EphemeralKey, "role" | "purpose">,
  height: BlockHeight,
): ViewResult<"ephemeral_key"> {
  const last = record?.ephemeral_keys.find((one) => one.role === role && one.purpose === purpose);
  if (!last) return { session: 0, key: null };
  const { session, public_key, expires_on } = last;
  return { session, key: height < expires_on ? { public_key, expires_on } : null };
}

/** NEP-145: deposits have one size. */
export function storageBounds(): ViewResult<"storage_balance_bounds"> {
  const amount = String(candidateDepositYocto()) as YoctoText;
  return { min: amount, max: amount };
}

/** The build puts the SHA-256 of the bundled sources in its place; see `scripts/toolchain/bundle.ts`. */
export const UNBUILT_SNAPSHOT = "0000000000000000000000000000000000000000000000000000000000000000";

/** NEP-330. */
export const SOURCE_METADATA: ViewResult<"contract_source_metadata"> = {
  version: VERSION,
  link: null,
  standards: [
    { standard: "nep145", version: "1.0.0" },
    { standard: "nep297", version: "1.0.0" },
    { standard: "nep330", version: "1.2.0" },
  ],
  build_info: {
    build_environment: "mpc-recovery scripts/toolchain",
    build_command: ["npm", "run", "build"],
    contract_path: "contract/src/index.ts",
    source_code_snapshot: `sha256:${UNBUILT_SNAPSHOT}`,
  },
};

/** The key of a domain in the current keyset; without a domain that of domain 0. Refuses with UNKNOWN_DOMAIN. */
export function publicKey(state: ProtocolState, domainId: DomainId | null): DomainPublicKey {
  const domain_id = domainId ?? (0 as DomainId);
  const found = currentKeyset(requireInitialized(state)).domains.find((key) => key.domain_id === domain_id);
  return found?.key ?? refuse("UNKNOWN_DOMAIN", { domain_id });
}

/** The key that a predecessor's path gets; without a domain that of domain 0. BLS keys have no derived ones. */
export function derivedPublicKey(
  state: ProtocolState,
  domainId: DomainId | null,
  derive: (key: DomainPublicKey) => DomainPublicKey | null,
): DomainPublicKey {
  const key = publicKey(state, domainId);
  if (key.startsWith("bls12381g2:")) return key;
  return derive(key) ?? refuse("NO_DERIVED_KEY", { domain_id: domainId ?? (0 as DomainId) });
}

/** At most `limit` of what waits. */
export function pendingRequests(
  { ids }: RequestQueue,
  limit: number | null,
  request: (id: RequestId) => PendingRequest | undefined,
): ViewResult<"pending_requests"> {
  return ids.slice(0, limit ?? ids.length).map((request_id) => {
    const pending = request(request_id) ?? refuse("UNREADABLE_STATE", { part: request_id });
    const { request: asked, requested_in, tickets } = pending;
    return { request_id, request: asked, requested_in, tickets };
  });
}
