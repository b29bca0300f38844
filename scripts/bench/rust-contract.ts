/** What a call of ours is compared with, in Tgas at n = 10 and 40, signatures apart. */
export interface Comparison {
  /** Burnt by the MPC contract that does this job on NEAR today, measured on protocol 86 with 2 domains. */
  readonly rust: readonly [number, number];
  readonly goal: readonly [number, number];
}

export const COMPARISONS: Readonly<Record<string, Comparison>> = {
  state: { rust: [2.307, 3.451], goal: [0.6, 0.75] },
  config: { rust: [1.695, 1.849], goal: [0.55, 0.55] },
  register_backup_service: { rust: [2.398, 2.78], goal: [1, 1] },
  submit_participant_info: { rust: [2.429, 2.811], goal: [1.1, 1.1] },
  submit_participant_recovery_info: { rust: [2.534, 2.915], goal: [1.2, 1.5] },
  conclude_recovery: { rust: [3.681, 4.057], goal: [1.5, 1.8] },
  update_participant_url: { rust: [2.076, 2.452], goal: [1, 1.2] },
  vote_new_parameters: { rust: [4.723, 12.951], goal: [2.3, 6] },
  vote_add_domains: { rust: [2.269, 3.019], goal: [1.1, 1.3] },
};
