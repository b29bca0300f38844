/** What the contract tells of upgrade transparency and seed backups. */
import type {
  AccountId,
  BlockHeight,
  SeedVersion,
  Sha256Hex,
  UnixSeconds,
  Url,
  X25519PublicKey,
} from "../brand.ts";
import type { HexBytes } from "../requests/signature-request.ts";
import type { HandoverName, RolloutPolicy, StoredReceipt } from "./transparency.ts";

export interface TransparencyEvents {
  readonly code_hash_proposed: {
    readonly code_hash: Sha256Hex;
    readonly url: Url;
    readonly proposer: AccountId;
    readonly expires_on: BlockHeight;
  };
  readonly code_hash_proposal_dropped: {
    readonly code_hash: Sha256Hex;
    readonly proposer: AccountId;
    /** `displaced`: a full list made room for a newer proposal. */
    readonly cause: "replaced" | "displaced" | "proposer_left";
  };
  readonly code_hash_voted: {
    readonly code_hash: Sha256Hex;
    readonly account_id: AccountId;
    readonly votes: number;
  };
  readonly code_hash_allowed: { readonly code_hash: Sha256Hex; readonly url: Url };
  readonly code_hash_revoke_voted: {
    readonly code_hash: Sha256Hex;
    readonly account_id: AccountId;
    readonly votes: number;
  };
  readonly code_hash_revoked: { readonly code_hash: Sha256Hex };
  readonly rollout_policy_voted: {
    readonly policy: RolloutPolicy;
    readonly account_id: AccountId;
    readonly votes: number;
  };
  readonly rollout_policy_changed: { readonly policy: RolloutPolicy };
  /** Says what holds, though nothing changed: for a proof of the outcome of `anchor`. */
  readonly code_hashes_anchored: {
    readonly nonce: HexBytes;
    /** SHA-256 of the RFC 8785 JSON of the allowed code hashes, sorted. */
    readonly digest: Sha256Hex;
    /** SHA-256 of what the view `share_keys` answers, which is RFC 8785 JSON. */
    readonly share_keys_digest: Sha256Hex;
    readonly rollout_policy: RolloutPolicy;
    readonly time: UnixSeconds;
  };
  /** Likewise: the receipt of a handover, or that there is none. */
  readonly handover_anchored: HandoverName & {
    readonly nonce: HexBytes;
    readonly receipt: StoredReceipt | null;
    readonly time: UnixSeconds;
  };
  /** Likewise: the SHA-256 of what the view `seed_backup` answers; null where none was published. */
  readonly seed_backup_anchored: {
    readonly nonce: HexBytes;
    readonly version: SeedVersion;
    readonly digest: Sha256Hex | null;
    readonly time: UnixSeconds;
  };
  readonly share_key_published: { readonly account_id: AccountId; readonly public_key: X25519PublicKey };
  readonly seed_backup_published: {
    readonly version: SeedVersion;
    readonly commitment: Sha256Hex;
    readonly threshold: number;
    /** How many there are. */
    readonly shares: number;
    readonly publisher: AccountId;
  };
  readonly handover_confirmed: HandoverName & {
    readonly receipt_hash: Sha256Hex;
    readonly expires: UnixSeconds;
  };
}
