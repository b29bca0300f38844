/** Commands of upgrade transparency and seed backups, named as on chain. */
import type {
  AccountId,
  Ed25519Signature,
  SeedVersion,
  Sha256Hex,
  TlsPublicKey,
  UnixSeconds,
  Url,
  X25519PublicKey,
} from "../brand.ts";
import type { HexBytes } from "../requests/signature-request.ts";
import type { HandoverName, RolloutPolicy } from "./transparency.ts";

export interface ProposeCodeHash {
  readonly type: "propose_code_hash";
  readonly code_hash: Sha256Hex;
  readonly url: Url;
}

export interface VoteCodeHash {
  readonly type: "vote_code_hash";
  readonly code_hash: Sha256Hex;
}

export interface VoteRevokeCodeHash {
  readonly type: "vote_revoke_code_hash";
  readonly code_hash: Sha256Hex;
}

export interface VoteRolloutPolicy {
  readonly type: "vote_rollout_policy";
  readonly policy: RolloutPolicy;
}

/** Has the contract say what holds, for a proof of this call's outcome. */
export interface Anchor {
  readonly type: "anchor";
  /** Made up by whoever wants the proof. */
  readonly nonce: HexBytes;
  readonly handover: HandoverName | null;
  /** Version whose backup is asked about. */
  readonly seed_backup: SeedVersion | null;
}

export interface PublishShareKey {
  readonly type: "publish_share_key";
  readonly public_key: X25519PublicKey;
  readonly proof: Ed25519Signature;
}

export interface PublishSeedBackup {
  readonly type: "publish_seed_backup";
  readonly version: SeedVersion;
  readonly commitment: Sha256Hex;
  readonly threshold: number;
  readonly shares: readonly (readonly [account: AccountId, envelope: string])[];
}

export interface ConfirmHandover {
  readonly type: "confirm_handover";
  readonly version: SeedVersion;
  readonly from: TlsPublicKey;
  readonly to: TlsPublicKey;
  readonly receipt_hash: Sha256Hex;
  readonly expires: UnixSeconds;
  readonly signature: Ed25519Signature;
}

export type TransparencyCommand =
  | ProposeCodeHash
  | VoteCodeHash
  | VoteRevokeCodeHash
  | VoteRolloutPolicy
  | Anchor
  | PublishShareKey
  | PublishSeedBackup
  | ConfirmHandover;
