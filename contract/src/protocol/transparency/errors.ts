/** Refusals of upgrade transparency and seed backups; sentences in `error-texts.ts`. */
import type { AccountId, BlockHeight, SeedVersion, Sha256Hex, TlsPublicKey, UnixSeconds } from "../brand.ts";
import type { RolloutPolicy } from "./transparency.ts";

export interface TransparencyErrors {
  readonly CODE_HASH_PROPOSED: {
    readonly code_hash: Sha256Hex;
    readonly proposer: AccountId;
    readonly expires_on: BlockHeight;
  };
  readonly CODE_HASH_ALLOWED: { readonly code_hash: Sha256Hex };
  readonly UNKNOWN_CODE_HASH: {
    readonly code_hash: Sha256Hex;
    readonly expected: "proposed" | "allowed";
  };
  readonly TOO_MANY_CODE_HASHES: { readonly allowed: number; readonly limit: number };
  readonly ROLLOUT_POLICY_NOT_NEXT: { readonly provided: RolloutPolicy; readonly current: RolloutPolicy };
  readonly INVALID_SHARE_KEY_PROOF: { readonly tls_public_key: TlsPublicKey };
  readonly SHARES_NOT_SORTED: { readonly account_id: AccountId };
  readonly SEED_THRESHOLD_OUT_OF_RANGE: {
    readonly provided: number;
    readonly minimum: number;
    readonly maximum: number;
  };
  readonly SEED_BACKUP_PUBLISHED: { readonly version: SeedVersion };
  readonly HANDOVER_CONFIRMED: { readonly receipt_hash: Sha256Hex };
  readonly HANDOVER_EXPIRED: { readonly expires: UnixSeconds; readonly time: UnixSeconds };
  readonly INVALID_HANDOVER_SIGNATURE: { readonly to: TlsPublicKey };
}
