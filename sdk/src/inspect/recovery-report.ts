import type {
  AccountId,
  BlockHeight,
  RecoveryId,
  SignerKey,
  TlsPublicKey,
} from "../../../contract/src/protocol/brand.ts";
import type { CooldownCause } from "../../../contract/src/protocol/records.ts";
import { findParticipant } from "../../../contract/src/protocol/rules/members.ts";
import type { ParticipantInfo, ProtocolState } from "../../../contract/src/protocol/state.ts";
import type { AccountView } from "./account-views.ts";
import { type BackupStatus, backupsReport } from "./backups-report.ts";
import type { Ballot } from "./votes-report.ts";
import { votesReport } from "./votes-report.ts";

/** The Recovery that is open. */
export interface OpenRecovery {
  readonly recoveryId: RecoveryId;
  readonly accountId: AccountId;
  readonly participantId: number;
  readonly before: ParticipantInfo;
  readonly after: ParticipantInfo;
  /** The access key that may conclude. */
  readonly recoveringKey: SignerKey;
  /** Void for this account once it concludes. */
  readonly oldTlsKey: TlsPublicKey;
  readonly startedIn: BlockHeight;
  readonly expiresOn: BlockHeight;
  readonly blocksLeft: number;
  /** Of the recovering account: what its backup service has. */
  readonly backup: BackupStatus;
  /** The backup service says that it sent the shares. */
  readonly sharesSent: boolean;
  readonly cancelVotes: Ballot | null;
}

/** What stands in the way of an account's next entry, or clears it. */
export interface EntryNote {
  readonly accountId: AccountId;
  readonly cooldown: { readonly endsOn: BlockHeight; readonly cause: CooldownCause } | null;
  readonly approval: {
    readonly tlsPublicKey: TlsPublicKey;
    readonly signerKey: SignerKey;
    readonly expiresOn: BlockHeight;
  } | null;
  /** Entries that the contract still counts for the limit. */
  readonly entries: readonly BlockHeight[];
  readonly lastConcluded: RecoveryId | null;
}

/** The open Recovery and what the accounts' records say about coming ones. */
export interface RecoveryReport {
  readonly open: OpenRecovery | null;
  /** Of accounts about which there is something to say. */
  readonly notes: readonly EntryNote[];
}

/** Pure. `height` is the block of `state`. */
export function recoveryReport(
  state: ProtocolState,
  accounts: readonly AccountView[],
  height: BlockHeight,
): RecoveryReport {
  return {
    open: openRecovery(state, accounts, height),
    notes: accounts.map(noteOf).filter(isWorthSaying),
  };
}

function openRecovery(
  state: ProtocolState,
  accounts: readonly AccountView[],
  height: BlockHeight,
): OpenRecovery | null {
  if (state.kind !== "Recovery") return null;
  const { recovering, recovery_id } = state;
  const { account_id } = recovering;
  const members = state.previous_running_state.parameters.participants;
  const before = findParticipant(members, account_id)?.[2] ?? recovering.prospective_info;
  const backups = backupsReport(state, accounts).accounts;
  return {
    recoveryId: recovery_id,
    accountId: account_id,
    participantId: recovering.participant_id,
    before,
    after: recovering.prospective_info,
    recoveringKey: recovering.signer_account_pk,
    oldTlsKey: before.tls_public_key,
    startedIn: recovering.started_in,
    expiresOn: recovering.expires_on,
    blocksLeft: Math.max(0, recovering.expires_on - height),
    backup: backups.find(({ accountId }) => accountId === account_id)?.status ?? "no_service",
    sharesSent: recovering.backup_confirmed,
    cancelVotes: votesReport(state, []).find(({ method }) => method === "vote_cancel_recovery") ?? null,
  };
}

function noteOf({ accountId, participant }: AccountView): EntryNote {
  const { approval, cooldown } = participant ?? {};
  return {
    accountId,
    cooldown: cooldown ? { endsOn: cooldown.ends_on, cause: cooldown.cause } : null,
    approval: approval
      ? {
          tlsPublicKey: approval.tls_public_key,
          signerKey: approval.signer_account_pk,
          expiresOn: approval.expires_on,
        }
      : null,
    entries: participant?.entries ?? [],
    lastConcluded: participant?.last_concluded_recovery_id ?? null,
  };
}

function isWorthSaying({ approval, cooldown, entries, lastConcluded }: EntryNote): boolean {
  return approval !== null || cooldown !== null || entries.length > 0 || lastConcluded !== null;
}
