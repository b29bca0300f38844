/** What a relying program takes. Every field is set on purpose; there are no defaults. */
export interface AttestationPolicy {
  /** Security levels of platforms, by Intel's names (`UpToDate`, `SWHardeningNeeded`, …), that are good enough. */
  readonly accepted_tcb_statuses: readonly string[];
  /** How old Intel's documents and its list of revoked platforms may be, in seconds, even if Intel calls them valid. */
  readonly max_collateral_age_seconds: number;
  /** The newest collateral seen so far; anything older is a rollback. */
  readonly collateral_floor: CollateralVersion;
  /** The one development key (`ed25519:…`) whose statements count, or null, which is the only right value in production. */
  readonly insecure_dev_key: string | null;
}

/**
 * How new collateral is: the numbers that Intel counts up, and when its revocation lists were issued (Unix seconds),
 * since all of Intel's lists have the number 1.
 */
export interface CollateralVersion {
  readonly tcb_evaluation: number;
  readonly qe_evaluation: number;
  readonly root_crl_issued_at: number;
  readonly pck_crl_issued_at: number;
}

/** The floor of somebody who hasn't seen any collateral yet. */
export const NO_COLLATERAL_SEEN: CollateralVersion = {
  tcb_evaluation: 0,
  qe_evaluation: 0,
  root_crl_issued_at: 0,
  pck_crl_issued_at: 0,
};
