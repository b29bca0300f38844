import type {
  AccountId,
  BlockHeight,
  ParticipantId,
  RecoveryId,
  SignerKey,
  TlsPublicKey,
  Url,
} from "../../../contract/src/protocol/brand.ts";
import type {
  Keyset,
  ParticipantEntry,
  ParticipantInfo,
  RecoveryState,
  ResharingState,
  RunningState,
} from "../../../contract/src/protocol/state.ts";
import { sampleKeyset } from "../../keyshare/test/samples.ts";
import type { ContractView } from "../contract-view.ts";

/** Accounts a.near, b.near, c.near with ids 0, 1, 2 and TLS keys `ed25519:tls-a` and so on. */
export const ACCOUNTS = ["a.near", "b.near", "c.near"] as const;

export function info(name: string): ParticipantInfo {
  return { url: `https://${name}.example` as Url, tls_public_key: `ed25519:tls-${name}` as TlsPublicKey };
}

export function participants(): ParticipantEntry[] {
  return ACCOUNTS.map((account, id) => [
    account as AccountId,
    id as ParticipantId,
    info(account.slice(0, 1)),
  ]);
}

export function running(changes: Partial<RunningState> = {}): RunningState {
  return {
    kind: "Running",
    domains: { domains: [], next_domain_id: 2 as never },
    keyset: sampleKeyset(4) as Keyset,
    parameters: { participants: { next_id: 3 as ParticipantId, participants: participants() }, threshold: 2 },
    parameters_votes: { key_by_voter: {}, proposals: {} },
    add_domains_votes: { key_by_voter: {}, proposals: {} },
    previously_cancelled_resharing_epoch_id: null,
    participants_revision: 0,
    ...changes,
  };
}

/** a.near recovers towards the info `new` with signer key `ed25519:signer-new`. */
export function recovery(changes: Partial<RecoveryState["recovering"]> = {}, id = 7): RecoveryState {
  return {
    kind: "Recovery",
    previous_running_state: running(),
    recovery_id: id as RecoveryId,
    first_recovery_id: id as RecoveryId,
    recovering: {
      account_id: "a.near" as AccountId,
      participant_id: 0 as ParticipantId,
      prospective_info: info("new"),
      signer_account_pk: "ed25519:signer-new" as SignerKey,
      started_in: 100 as BlockHeight,
      expires_on: 7301 as BlockHeight,
      backup_confirmed: false,
      ...changes,
    },
    cancel_votes: [],
    attestation: null,
  };
}

/** Moving from the three accounts to `next`. */
export function resharing(next: readonly ParticipantEntry[] = participants()): ResharingState {
  return {
    kind: "Resharing",
    previous_running_state: running(),
    reshared_keys: [],
    resharing_key: {
      epoch_id: 5 as never,
      domain: { id: 0 as never, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" },
      parameters: { participants: { next_id: 4 as ParticipantId, participants: next }, threshold: 2 },
      instance: null,
      next_attempt_id: 0 as never,
    },
    cancellation_requests: [],
    per_domain_thresholds: {},
  };
}

/** The participants after a.near came back with the info `new`. */
export function afterConclusion(): RunningState {
  const [, b, c] = participants();
  const entries = [["a.near", 0, info("new")], b, c] as ParticipantEntry[];
  return running({
    parameters: { participants: { next_id: 3 as ParticipantId, participants: entries }, threshold: 2 },
  });
}

/** a.near's view: its node key `ed25519:signer-a` is recorded, its service is registered, nothing is confirmed. */
export function view(changes: Partial<ContractView> = {}): ContractView {
  return {
    height: 200,
    proof: { kind: "own_node" },
    state: running(),
    node_key: "ed25519:signer-a" as SignerKey,
    candidate_info: null,
    needs_storage_deposit: false,
    backup_service: {
      public_key: "ed25519:tls-service" as TlsPublicKey,
      signer_account_pk: "ed25519:signer-service" as SignerKey,
      url: null,
    },
    receipt: null,
    ...changes,
  };
}

/** A receipt for this keyset with the digest `digest`. */
export function receipt(epoch_id: number, keyset_hash: string, digest = "digest") {
  return { epoch_id, keyset_hash, digest, confirmed_in: 150 } as unknown as NonNullable<
    ContractView["receipt"]
  >;
}
