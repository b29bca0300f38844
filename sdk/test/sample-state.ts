/** A state as the contract's `state` view shows it, for tests. */
export const TLS_KEY = "ed25519:G9hwngxWNKdmqMCmU1Yt6LPhFpayJeKFxyAV1HqMNLtF";

export const RUNNING_STATE = runningState(0);

/** The same network after so many changes of its participants. */
export function runningState(revision: number) {
  return {
    Running: {
      domains: { domains: [], next_domain_id: 0 },
      keyset: { epoch_id: 4, domains: [] },
      parameters: {
        participants: {
          next_id: 1,
          participants: [["a.near", 0, { url: "https://a", tls_public_key: TLS_KEY }]],
        },
        threshold: 1,
      },
      parameters_votes: { proposal_by_account: {} },
      add_domains_votes: { proposal_by_account: {} },
      previously_cancelled_resharing_epoch_id: null,
      participants_revision: revision,
    },
  };
}
