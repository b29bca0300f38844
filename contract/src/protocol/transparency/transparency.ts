/** Upgrade transparency and seed backups as data. Source: recovery-services.md §7. */
import type {
  AccountId,
  BlockHeight,
  Brand,
  Ed25519Signature,
  SeedVersion,
  Sha256Hex,
  TlsPublicKey,
  UnixSeconds,
  Url,
} from "../brand.ts";

/** Who decides which programs get the seed: from one to the next, never back. */
export const ROLLOUT_POLICIES = ["signer", "shadow", "enforced"] as const;
export type RolloutPolicy = (typeof ROLLOUT_POLICIES)[number];

/** What members vote on: an account votes for one of a kind at a time. */
export interface Ballot {
  readonly votes: readonly AccountId[];
}

export interface CodeHashProposal extends Ballot {
  readonly code_hash: Sha256Hex;
  /** Where the program's sources are. */
  readonly url: Url;
  readonly proposer: AccountId;
  readonly proposed_in: BlockHeight;
  /** First height at which it can't be voted for any more. */
  readonly expires_on: BlockHeight;
}

/** A program that the members allow; `votes` are for revoking that. */
export interface AllowedCodeHash extends Ballot {
  readonly code_hash: Sha256Hex;
  readonly url: Url;
  readonly allowed_in: BlockHeight;
}

/** The policy in force; `votes` are for the next one. */
export interface Rollout extends Ballot {
  readonly policy: RolloutPolicy;
}

export interface CodeHashVotes {
  /** Oldest first; at most `MAX_CODE_HASH_PROPOSALS`, one for each proposer. Those that expired may still be there. */
  readonly proposals: readonly CodeHashProposal[];
  /** Oldest first; at most `MAX_ALLOWED_CODE_HASHES`. */
  readonly allowed: readonly AllowedCodeHash[];
  readonly rollout: Rollout;
}

export const NO_CODE_HASHES: CodeHashVotes = {
  proposals: [],
  allowed: [],
  rollout: { policy: "signer", votes: [] },
};

/** Members' keys to seal shares to as the view `share_keys` answers them; see `share-keys.ts`. */
export type ShareKeysJson = Brand<string, "ShareKeysJson">;

/** One handover: a version may have several. */
export interface HandoverName {
  readonly version: SeedVersion;
  /** TLS key of the program that hands the seed over. */
  readonly from: TlsPublicKey;
  /** TLS key of the program that gets it, which signs the receipt. */
  readonly to: TlsPublicKey;
}

/** The recipient's word that it holds the seed. */
export interface HandoverReceipt {
  readonly receipt_hash: Sha256Hex;
  /** The contract takes no receipt from then on. */
  readonly expires: UnixSeconds;
  readonly signature: Ed25519Signature;
}

export interface StoredReceipt extends HandoverReceipt {
  readonly confirmed_in: BlockHeight;
}

/** Looked up only where a rule of upgrade transparency asks, or where members leave. */
export interface TransparencyLookup {
  votes(): CodeHashVotes;
  shareKeys(): ShareKeysJson;
  /** The JSON that the view `seed_backup` answers: too long to be parsed and written again. */
  seedBackup(version: SeedVersion): string | undefined;
  /** Of that JSON; kept apart, so that an anchor need not read it. */
  seedBackupDigest(version: SeedVersion): Sha256Hex | undefined;
  handover(name: HandoverName): StoredReceipt | undefined;
}

/** What to store; parts that are left out stay as they were. */
export interface TransparencyChange {
  readonly votes?: CodeHashVotes;
  readonly shareKeys?: ShareKeysJson;
  readonly seedBackup?: {
    readonly version: SeedVersion;
    readonly json: string;
    readonly digest: Sha256Hex;
  };
  readonly handover?: { readonly name: HandoverName; readonly receipt: StoredReceipt };
}
