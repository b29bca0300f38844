import type { TlsPublicKey } from "../../contract/src/protocol/brand.ts";
import type { Keyset, ParticipantEntry } from "../../contract/src/protocol/state.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import {
  type ContractView,
  currentKeyset,
  memberEntry,
  membersOf,
  recoveryOf,
} from "../operations/contract-view.ts";

/** Who speaks to the node's server, judged by TLS key against the contract. */
export type NodePeer =
  | { readonly kind: "backup_service"; readonly tls_public_key: TlsPublicKey }
  | {
      readonly kind: "participant";
      readonly tls_public_key: TlsPublicKey;
      readonly account_id: string;
      readonly participant_id: number;
    };

export type TransferDecision =
  | {
      readonly kind: "allowed";
      readonly keyset: Keyset;
      readonly keyset_hash: string;
      readonly participant_id: number;
      /** The Recovery that shares come in for; `null` when they go out. */
      readonly recovery_id: number | null;
    }
  | { readonly kind: "refused"; readonly code: TransferRefusal; readonly message: string };

export type TransferRefusal =
  | "UNPROVEN_STATE"
  | "NOT_INITIALIZED"
  | "NOT_THE_REGISTERED_SERVICE"
  | "NOT_THIS_NODE"
  | "NOT_RECOVERING";

interface Machine {
  readonly account_id: string;
  readonly tls_public_key: string;
}

/** The peer behind a TLS key, or `null` when the contract knows no role for it towards this machine. */
export function identifyPeer(view: ContractView, machine: Machine, key: TlsPublicKey): NodePeer | null {
  if (view.backup_service?.public_key === key) return { kind: "backup_service", tls_public_key: key };
  const entry = currentSigners(view, machine).find(([, , info]) => info.tls_public_key === key);
  if (entry === undefined || key === machine.tls_public_key) return null;
  return { kind: "participant", tls_public_key: key, account_id: entry[0], participant_id: entry[1] };
}

/**
 * The participants that may sign together, this machine among them, by their registered infos. Empty unless the
 * contract lists this machine. A recovering account is left out: neither its old machine nor its new one signs.
 */
export function currentSigners(view: ContractView, machine: Machine): readonly ParticipantEntry[] {
  const { state } = view;
  if (state.kind === "NotInitialized") return [];
  const self = memberEntry(state, machine.account_id);
  if (self?.[2].tls_public_key !== machine.tls_public_key) return [];
  const recovering = state.kind === "Recovery" ? state.recovering.account_id : undefined;
  if (recovering === machine.account_id) return [];
  return membersOf(state).filter(([account]) => account !== recovering);
}

/** Whether this machine's keyshares may go out to whoever holds this TLS key (`GET /v1/keyshares`). */
export function decideServingBackup(view: ContractView, machine: Machine, peerKey: string): TransferDecision {
  const { state, proof } = view;
  if (proof.kind === "unproven") return refused("UNPROVEN_STATE", proof.reason);
  if (state.kind === "NotInitialized") return refused("NOT_INITIALIZED", "the contract isn't initialized");
  if (view.backup_service?.public_key !== peerKey) return notTheService(view);
  const member = memberEntry(state, machine.account_id);
  if (member === undefined || member[2].tls_public_key !== machine.tls_public_key) {
    return refused("NOT_THIS_NODE", "the contract doesn't list this machine for the account");
  }
  return allowed(currentKeyset(state), member[1], null);
}

/** Whether keyshares may come in from whoever holds this TLS key (`PUT /v1/keyshares`). */
export function decideAcceptingShares(
  view: ContractView,
  machine: Machine,
  peerKey: string,
): TransferDecision {
  const { state, proof } = view;
  if (proof.kind === "unproven") return refused("UNPROVEN_STATE", proof.reason);
  if (state.kind === "NotInitialized") return refused("NOT_INITIALIZED", "the contract isn't initialized");
  if (view.backup_service?.public_key !== peerKey) return notTheService(view);
  const recovery = recoveryOf(state, machine.account_id);
  if (
    recovery?.recovering.prospective_info.tls_public_key !== machine.tls_public_key ||
    recovery === undefined
  ) {
    return refused("NOT_RECOVERING", `the contract is ${state.kind}, with no Recovery towards this machine`);
  }
  return allowed(currentKeyset(recovery), recovery.recovering.participant_id, recovery.recovery_id);
}

function notTheService(view: ContractView): TransferDecision {
  const registered = view.backup_service === null ? "none is" : `${view.backup_service.public_key} is`;
  return refused(
    "NOT_THE_REGISTERED_SERVICE",
    `only the registered backup service gets this; ${registered} registered`,
  );
}

function allowed(keyset: Keyset, participant_id: number, recovery_id: number | null): TransferDecision {
  return { kind: "allowed", keyset, keyset_hash: keysetHash(keyset), participant_id, recovery_id };
}

function refused(code: TransferRefusal, message: string): TransferDecision {
  return { kind: "refused", code, message };
}
