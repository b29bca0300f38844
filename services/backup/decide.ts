import type { Keyset, ParticipantInfo } from "../../contract/src/protocol/state.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import type { StoredKeyset } from "../keyshare/keyshare-store.ts";
import {
  type ContractView,
  currentKeyset,
  describeBehind,
  memberEntry,
  prospectiveEntry,
  recoveryOf,
  type StateWithKeys,
} from "../operations/contract-view.ts";
import type { BackupMemory } from "./memory.ts";

/** Everything that the backup service's next action depends on. */
export interface BackupSituation {
  readonly account_id: string;
  /** This service's own public keys. */
  readonly own: { readonly tls_public_key: string; readonly signer_public_key: string };
  readonly view: ContractView;
  /** Keysets whose shares are on disk, whole. */
  readonly held: readonly StoredKeyset[];
  /** Hashes that damaged files are named after: not held, but somebody's key may still open them. */
  readonly damaged: readonly string[];
  readonly memory: BackupMemory;
}

/** The node that an action talks to, as the contract names it, and the keyset that it is about. */
export interface NodeAndKeyset {
  readonly node: ParticipantInfo;
  readonly participant_id: number;
  readonly keyset: Keyset;
  readonly keyset_hash: string;
}

/** What to do next; one at a time, the contract is read again after each. */
export type BackupAction =
  | { readonly kind: "register" }
  | ({
      readonly kind: "fetch_backup";
      readonly because: "not_held" | "store_older_than_receipt";
    } & NodeAndKeyset)
  | {
      readonly kind: "confirm_backup";
      readonly epoch_id: number;
      readonly keyset_hash: string;
      readonly digest: string;
    }
  | ({ readonly kind: "send_shares"; readonly recovery_id: number } & NodeAndKeyset)
  | { readonly kind: "confirm_recovery"; readonly recovery_id: number }
  /** The node acknowledged the shares and hasn't concluded: ask whether it still has them, and send again if not. */
  | ({ readonly kind: "check_delivery"; readonly recovery_id: number } & NodeAndKeyset)
  | { readonly kind: "erase"; readonly keyset_hashes: readonly string[]; readonly reason: EraseReason }
  | { readonly kind: "wait"; readonly reason: BackupWait }
  /** Something that an operator must look at; the service goes on watching and resumes by itself. */
  | { readonly kind: "blocked"; readonly code: BackupBlock; readonly message: string };

export type EraseReason = "superseded" | "not_a_participant";
export type BackupWait =
  | "contract_not_initialized"
  | "not_a_participant"
  | "node_key_not_recorded"
  | "joining"
  | "no_keys_yet"
  | "backed_up";
export type BackupBlock =
  | "UNPROVEN_STATE"
  | "STATE_BEHIND"
  | "OTHER_SERVICE_REGISTERED"
  | "SIGNER_KEY_DIFFERS"
  | "RECEIPT_NEWER_THAN_KEYSET";

/** The backup service's next action (recovery-services.md §1). Pure: same situation, same action. */
export function decideBackup(situation: BackupSituation): BackupAction {
  const { account_id, view, held } = situation;
  const { state, proof } = view;
  if (proof.kind === "unproven") {
    return blocked("UNPROVEN_STATE", `the contract's state isn't proven: ${proof.reason}`);
  }
  if (view.height < situation.memory.seenHeight)
    return blocked("STATE_BEHIND", describeBehind(view, situation.memory.seenHeight));
  if (state.kind === "NotInitialized") return wait("contract_not_initialized");
  const member = memberEntry(state, account_id);
  if (member === undefined && prospectiveEntry(state, account_id) === undefined)
    return decideOutside(state, [...held.map((each) => each.keyset_hash), ...situation.damaged]);
  const registration = decideRegistration(situation);
  if (registration !== undefined) return registration;
  if (member === undefined) return wait("joining");
  const keyset = currentKeyset(state);
  if (keyset.domains.length === 0) return wait("no_keys_yet");
  if (view.receipt !== null && view.receipt.epoch_id > keyset.epoch_id) {
    return blocked(
      "RECEIPT_NEWER_THAN_KEYSET",
      `the receipt on chain is for epoch ${view.receipt.epoch_id}, the keyset for ${keyset.epoch_id}: the endpoints are behind or wrong`,
    );
  }
  const [, participant_id, node] = member;
  return decideForMember(situation, state, { node, participant_id, keyset, keyset_hash: keysetHash(keyset) });
}

function decideOutside(state: StateWithKeys, keyset_hashes: readonly string[]): BackupAction {
  // A Resharing that drops the account can still be cancelled, so only a settled state counts.
  if (state.kind !== "Running" || keyset_hashes.length === 0) return wait("not_a_participant");
  return { kind: "erase", keyset_hashes, reason: "not_a_participant" };
}

function decideRegistration({ own, view }: BackupSituation): BackupAction | undefined {
  const registered = view.backup_service;
  if (registered === null)
    return view.node_key === null ? wait("node_key_not_recorded") : { kind: "register" };
  if (registered.public_key !== own.tls_public_key) {
    return blocked(
      "OTHER_SERVICE_REGISTERED",
      `the contract names ${registered.public_key} as the account's backup service, this one is ${own.tls_public_key}: stop this service, or replace the registration with the account's full-access key and 1 yocto`,
    );
  }
  if (registered.signer_account_pk !== own.signer_public_key) {
    return blocked(
      "SIGNER_KEY_DIFFERS",
      `the contract takes confirmations from ${registered.signer_account_pk}, this service signs with ${own.signer_public_key}: put back the old NEAR key file, or register again with the account's full-access key and 1 yocto`,
    );
  }
  return undefined;
}

function decideForMember(
  situation: BackupSituation,
  state: StateWithKeys,
  target: NodeAndKeyset,
): BackupAction {
  const { view, held, memory } = situation;
  const stored = held.find((each) => each.keyset_hash === target.keyset_hash);
  const recovery = recoveryOf(state, situation.account_id);
  if (recovery !== undefined && stored !== undefined) {
    const { recovery_id, recovering } = recovery;
    const node = recovering.prospective_info;
    if (!memory.sentTo(recovery_id, node.tls_public_key))
      return { kind: "send_shares", recovery_id, ...target, node };
    if (recovering.backup_confirmed || memory.settledRecovery(recovery_id))
      return { kind: "check_delivery", recovery_id, ...target, node };
    return { kind: "confirm_recovery", recovery_id };
  }
  // The node may have concluded before the service came to confirm; the contract still takes that as an event.
  const concluded = memory.unsettledRecoveryOf(target.node.tls_public_key);
  if (concluded !== undefined && stored !== undefined)
    return { kind: "confirm_recovery", recovery_id: concluded };
  return decideBackUp(view, held, state, stored, target);
}

function decideBackUp(
  view: ContractView,
  held: readonly StoredKeyset[],
  state: StateWithKeys,
  stored: StoredKeyset | undefined,
  target: NodeAndKeyset,
): BackupAction {
  const { keyset, keyset_hash } = target;
  const receiptIsCurrent = view.receipt?.keyset_hash === keyset_hash;
  if (stored === undefined) {
    return {
      kind: "fetch_backup",
      because: receiptIsCurrent ? "store_older_than_receipt" : "not_held",
      ...target,
    };
  }
  if (!receiptIsCurrent || view.receipt?.digest !== stored.digest) {
    return { kind: "confirm_backup", epoch_id: keyset.epoch_id, keyset_hash, digest: stored.digest };
  }
  const superseded = held.filter((each) => each.keyset_hash !== keyset_hash);
  if (state.kind === "Running" && superseded.length > 0) {
    return { kind: "erase", keyset_hashes: superseded.map((each) => each.keyset_hash), reason: "superseded" };
  }
  return wait("backed_up");
}

function wait(reason: BackupWait): BackupAction {
  return { kind: "wait", reason };
}

function blocked(code: BackupBlock, message: string): BackupAction {
  return { kind: "blocked", code, message };
}
