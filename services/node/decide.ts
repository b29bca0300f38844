import type {
  Keyset,
  ParticipantEntry,
  ParticipantInfo,
  RecoveryState,
} from "../../contract/src/protocol/state.ts";
import { keysetHash } from "../keyshare/keyset-hash.ts";
import {
  type ContractView,
  currentKeyset,
  describeBehind,
  memberEntry,
  prospectiveEntry,
  recoveryOf,
  type StateWithKeys,
} from "../operations/contract-view.ts";
import type { Erasure } from "./decide-erasure.ts";
import type { NodeMemory } from "./memory.ts";

/** Everything that the agent's next action depends on. */
export interface NodeSituation {
  readonly account_id: string;
  /** What this machine would register: its URL, its TLS key, and the NEAR key that it signs with. */
  readonly own: { readonly url: string; readonly tls_public_key: string; readonly signer_public_key: string };
  readonly view: ContractView;
  /** Hashes of the keysets whose shares are stored here, whole and checked. */
  readonly held: readonly string[];
  readonly memory: NodeMemory;
  /** The operator's word that entering Recovery without a receipt is acceptable. */
  readonly acceptMissingBackup: boolean;
}

/** What to do next; one at a time, the contract is read again after each. */
export type NodeAction =
  /** Write down that the contract lists this machine's TLS key; comes before everything that relies on it. */
  | { readonly kind: "remember_listed" }
  | { readonly kind: "remember_recovery"; readonly recovery_id: number }
  | { readonly kind: "submit_participant_info"; readonly because: "candidate" | "node_key_not_recorded" }
  | { readonly kind: "submit_recovery_info"; readonly because: "tls_key_differs" | "url_changed" }
  | { readonly kind: "await_keyshares"; readonly recovery_id: number; readonly keyset_hash: string }
  | { readonly kind: "conclude_recovery"; readonly recovery_id: number; readonly keyset: Keyset }
  /** Shares that this machine must not keep; see `decideErasure`. */
  | ({ readonly kind: "erase" } & Erasure)
  /** Full member: take part in signing, serve backups. */
  | { readonly kind: "serve"; readonly recovering_account: string | null }
  /** Another machine is taking over: out of the p2p protocol at once, but backups are served until it is done. */
  | { readonly kind: "being_replaced"; readonly recovery_id: number }
  /** For good: durable mark, exit code 0. */
  | { readonly kind: "stand_down"; readonly message: string }
  | { readonly kind: "wait"; readonly reason: NodeWait }
  /** Something that an operator must look at; the program stays up and resumes by itself. */
  | { readonly kind: "blocked"; readonly code: NodeBlock; readonly message: string }
  /** The program ends with exit code 1 and acts only after the operator did what `message` says. */
  | { readonly kind: "refuse"; readonly code: NodeRefusal; readonly message: string };

export type NodeWait =
  | "contract_not_initialized"
  | "candidate_recorded"
  | "joining"
  | "recovery_submitted"
  | "mismatch_outside_running"
  | "other_machine_recovering";
export type NodeBlock =
  | "UNPROVEN_STATE"
  | "STATE_BEHIND"
  | "USE_UPDATE_URL"
  | "NODE_KEY_DIFFERS"
  | "STORAGE_DEPOSIT_MISSING"
  | "KEYSHARES_MISSING";
export type NodeRefusal = "BACKUP_MISSING" | "RECOVERY_ENDED" | "RECOVERING_KEY_DIFFERS";

/** What the proven reader's limit of 120 s comes to at the shortest time between blocks, 0.6 s. */
const BLOCKS_THAT_A_VIEW_MAY_LAG = 200;

/** The agent's next action (recovery-services.md §1, onboarding and Recovery). Pure: same situation, same action. */
export function decideNode(situation: NodeSituation): NodeAction {
  const { account_id, own, view, memory } = situation;
  if (memory.decommissioned) return standDown("this machine was replaced earlier");
  if (view.proof.kind === "unproven") {
    return blocked("UNPROVEN_STATE", `the contract's state isn't proven: ${view.proof.reason}`);
  }
  if (view.height < memory.seenHeight)
    return blocked("STATE_BEHIND", describeBehind(view, memory.seenHeight));
  const { state } = view;
  if (state.kind === "NotInitialized") return { kind: "wait", reason: "contract_not_initialized" };
  const member = memberEntry(state, account_id);
  if (member === undefined) return decideOutside(situation, state);
  const listed = member[2].tls_public_key === own.tls_public_key;
  if (listed && !memory.wasListed) return { kind: "remember_listed" };
  const recovery = recoveryOf(state, account_id);
  if (recovery !== undefined) return decideInOwnRecovery(situation, recovery, listed);
  return listed ? decideListed(situation, state, member) : decideMismatch(situation, state);
}

function decideOutside({ account_id, own, view }: NodeSituation, state: StateWithKeys): NodeAction {
  const prospective = prospectiveEntry(state, account_id)?.[2];
  if (prospective !== undefined && sameInfo(prospective, own)) return { kind: "wait", reason: "joining" };
  const recorded = view.candidate_info !== null && sameInfo(view.candidate_info, own);
  if (recorded && view.node_key === own.signer_public_key)
    return { kind: "wait", reason: "candidate_recorded" };
  if (view.needs_storage_deposit) {
    return blocked(
      "STORAGE_DEPOSIT_MISSING",
      `${account_id} isn't in the network and hasn't paid for a candidate's storage: call storage_deposit with the account's full-access key and what storage_balance_bounds says, or stop this program if the account is to stay out`,
    );
  }
  return { kind: "submit_participant_info", because: "candidate" };
}

function decideInOwnRecovery(situation: NodeSituation, recovery: RecoveryState, listed: boolean): NodeAction {
  const { own, memory, held } = situation;
  const { recovery_id, recovering } = recovery;
  if (recovering.prospective_info.tls_public_key !== own.tls_public_key) {
    if (listed) return { kind: "being_replaced", recovery_id };
    if (memory.wasListed)
      return standDown(`recovery ${recovery_id} is already replacing this machine's successor`);
    return { kind: "wait", reason: "other_machine_recovering" };
  }
  if (!memory.recoverySeen) return { kind: "remember_recovery", recovery_id };
  if (recovering.signer_account_pk !== own.signer_public_key) {
    return refuse(
      "RECOVERING_KEY_DIFFERS",
      `recovery ${recovery_id} can only be concluded with ${recovering.signer_account_pk}, this machine signs with ${own.signer_public_key}: put back that NEAR key, or cancel the recovery and run \`mpc-node reactivate\``,
    );
  }
  if (recovering.prospective_info.url !== own.url) return enterRecovery(situation, "url_changed");
  const keyset = currentKeyset(recovery);
  const keyset_hash = keysetHash(keyset);
  if (keyset.domains.length > 0 && !held.includes(keyset_hash)) {
    return { kind: "await_keyshares", recovery_id, keyset_hash };
  }
  return { kind: "conclude_recovery", recovery_id, keyset };
}

function decideListed(
  { own, view, held }: NodeSituation,
  state: StateWithKeys,
  [, , registered]: ParticipantEntry,
): NodeAction {
  if (registered.url !== own.url) {
    return blocked(
      "USE_UPDATE_URL",
      `the contract lists ${registered.url}, this machine is configured as ${own.url}: correct "url" in the config, or call update_participant_url with the account's full-access key`,
    );
  }
  if (view.node_key === null) return { kind: "submit_participant_info", because: "node_key_not_recorded" };
  if (view.node_key !== own.signer_public_key) {
    return blocked(
      "NODE_KEY_DIFFERS",
      `the contract takes this account's calls from ${view.node_key}, this machine signs with ${own.signer_public_key}: put back that NEAR key, or call submit_participant_info with the account's full-access key and 1 yocto`,
    );
  }
  const keyset = currentKeyset(state);
  if (keyset.domains.length > 0 && !held.includes(keysetHash(keyset))) {
    return blocked(
      "KEYSHARES_MISSING",
      "the contract lists this machine, but it doesn't hold the keyshares of the current keyset: run `mpc-node reactivate` to come back through Recovery",
    );
  }
  return {
    kind: "serve",
    recovering_account: state.kind === "Recovery" ? state.recovering.account_id : null,
  };
}

function decideMismatch(situation: NodeSituation, state: StateWithKeys): NodeAction {
  const { memory, view, acceptMissingBackup } = situation;
  if (memory.wasListed) return standDown("the contract lists another machine for this account");
  if (state.kind !== "Running") return { kind: "wait", reason: "mismatch_outside_running" };
  if (memory.recoverySeen) {
    return refuse(
      "RECOVERY_ENDED",
      "the recovery towards this machine was cancelled or expired, and its keys can't be used again: run `mpc-node reactivate` to try once more with new keys",
    );
  }
  const keyset = currentKeyset(state);
  const current = keysetHash(keyset);
  if (keyset.domains.length > 0 && view.receipt?.keyset_hash !== current && !acceptMissingBackup) {
    const found =
      view.receipt === null ? "there is no receipt" : `the receipt is for ${view.receipt.keyset_hash}`;
    return refuse(
      "BACKUP_MISSING",
      `a backup receipt for the current keyset ${current} is expected before Recovery, ${found}: get the old node backed up first, or start with --accept-missing-backup`,
    );
  }
  return enterRecovery(situation, "tls_key_differs");
}

function enterRecovery(
  { memory, view }: NodeSituation,
  because: Extract<NodeAction, { kind: "submit_recovery_info" }>["because"],
): NodeAction {
  // Every entry counts against the account's limit: an endpoint that lags must not lead to a second one.
  const { submittedAt } = memory;
  if (submittedAt !== undefined && view.height < submittedAt + BLOCKS_THAT_A_VIEW_MAY_LAG)
    return { kind: "wait", reason: "recovery_submitted" };
  return { kind: "submit_recovery_info", because };
}

function sameInfo(info: ParticipantInfo, own: NodeSituation["own"]): boolean {
  return info.url === own.url && info.tls_public_key === own.tls_public_key;
}

function standDown(why: string): NodeAction {
  return {
    kind: "stand_down",
    message: `${why}; it stands down and does nothing more until \`mpc-node reactivate\` gives it new keys`,
  };
}

function blocked(code: NodeBlock, message: string): NodeAction {
  return { kind: "blocked", code, message };
}

function refuse(code: NodeRefusal, message: string): NodeAction {
  return { kind: "refuse", code, message };
}
