/** The part of `error-texts.ts` on votes, key events, candidates, ephemeral keys and updates. */
import type {
  CandidateErrors,
  EphemeralKeyErrors,
  KeyEventErrors,
  ProposalErrors,
  UpdateErrors,
} from "./errors.ts";

export interface ErrorText {
  /** What was refused and why. */
  readonly meaning: string;
  /** What the caller can do. */
  readonly remedy: string;
}

type Code =
  | keyof KeyEventErrors
  | keyof ProposalErrors
  | keyof CandidateErrors
  | keyof EphemeralKeyErrors
  | keyof UpdateErrors
  | "RECOVERING_ACCOUNT_CANNOT_VOTE";

export const GOVERNANCE_ERROR_TEXTS: Readonly<Record<Code, ErrorText>> = {
  RECOVERING_ACCOUNT_CANNOT_VOTE: {
    meaning: "The recovering account does not decide on the cancellation of its own Recovery.",
    remedy: "End it with `cancel_recovery`, or let the other members vote.",
  },
  NO_NODE_KEY: {
    meaning: "No node key is recorded for this account.",
    remedy: "Let the node call `submit_participant_info` first.",
  },
  NOT_LEADER: {
    meaning: "Only the participant with the lowest id starts an attempt.",
    remedy: "Wait until the account named by `leader` starts one.",
  },
  ATTEMPT_RUNNING: {
    meaning: "An attempt at this key event is running.",
    remedy: "Finish or abort it, or wait until `expires_on`.",
  },
  NO_ATTEMPT_RUNNING: {
    meaning: "No attempt at this key event is running; it may have expired or been aborted.",
    remedy: "Wait until the leader starts the attempt `next_attempt_id`.",
  },
  KEY_EVENT_MISMATCH: {
    meaning: "The call names another epoch, domain or attempt.",
    remedy: "Read `state()` and use the ids in `expected`.",
  },
  ALREADY_VOTED: {
    meaning: "The participant has completed this attempt already.",
    remedy: "Wait for the others.",
  },
  NEXT_DOMAIN_ID_MISMATCH: {
    meaning: "The call names another generation of keys.",
    remedy: "Read `state()` and pass its `next_domain_id`.",
  },
  NO_DOMAINS_PROPOSED: { meaning: "The list of domains is empty.", remedy: "Propose at least one domain." },
  DOMAIN_IDS_NOT_CONTIGUOUS: {
    meaning: "New domains must be numbered on from `next_domain_id` without a gap.",
    remedy: "Use the id in `expected`.",
  },
  TOO_MANY_DOMAINS: {
    meaning: "There would be more domains than the contract allows.",
    remedy: "Propose at most so many that the sum is `maximum`.",
  },
  NOT_PROPOSED: {
    meaning: "The account is not among the proposed participants.",
    remedy: "Let a proposed participant call this.",
  },
  NOT_YET_ADMITTED: {
    meaning: "Too few members have voted for this proposal yet for a newcomer to join in.",
    remedy: "Vote again once `required` members voted the same proposal.",
  },
  PARTICIPANT_CHANGED: {
    meaning: "The proposal gives a member another id or other info.",
    remedy: "List members exactly as `state()` does.",
  },
  PARTICIPANT_IDS_NOT_CONTIGUOUS: {
    meaning: "New participants must be numbered on from `next_id` without a gap.",
    remedy: "Number them from `first_new_id` and set `next_id` to `expected_next_id`.",
  },
  TOO_FEW_REMAINING: {
    meaning: "Too few of the present members remain to hand the keys over.",
    remedy: "Keep at least `required` of them.",
  },
  THRESHOLD_FOR_UNKNOWN_DOMAIN: {
    meaning: "A threshold is proposed for a domain that does not exist.",
    remedy: "Use the ids of `domains` in `state()`.",
  },
  CANDIDATE_INFO_MISMATCH: {
    meaning: "A newcomer is proposed with info other than it submitted, or has submitted none.",
    remedy: "Propose what `participant_info` shows, or let the candidate submit its info.",
  },
  STORAGE_DEPOSIT_REQUIRED: {
    meaning: "A candidate pays for its record before it submits its info.",
    remedy: "Call `storage_deposit` with `required_yocto`.",
  },
  STORAGE_NOT_NEEDED: {
    meaning: "The network pays for the storage of its members.",
    remedy: "Go on without a deposit.",
  },
  STORAGE_NOT_REGISTERED: {
    meaning: "The account has no storage deposit.",
    remedy: "Call `storage_deposit` first.",
  },
  STORAGE_AMOUNT_TOO_HIGH: {
    meaning: "The deposit pays for the candidate's record and can't be withdrawn in part.",
    remedy: "Call `storage_unregister` to remove the record and get the whole deposit back.",
  },
  CANDIDATE_FROZEN: {
    meaning: "The account is proposed in the Resharing that is going on; its record stays as voted.",
    remedy: "Wait until the Resharing ends.",
  },
  SIGNER_WITHOUT_ROLE: {
    meaning: "The signer key is neither the node's nor the backup service's for this purpose.",
    remedy: "Sign with the access key recorded for the role.",
  },
  INVALID_EPHEMERAL_KEY_PROOF: {
    meaning:
      "The proof is not the signature of the role's TLS key for this network, contract, account, role, purpose, session and key.",
    remedy: "Sign for `session`, one above the stored one, with the key `tls_public_key`.",
  },
  INVALID_BORSH: {
    meaning: "The arguments are not Borsh of code and settings.",
    remedy: "Encode `{code: Option<Vec<u8>>, config: Option<Config>}`.",
  },
  EMPTY_UPDATE: {
    meaning: "The update has neither code nor settings.",
    remedy: "Propose at least one of them.",
  },
  CODE_TOO_LONG: {
    meaning: "The code is longer than the contract stores.",
    remedy: "Propose code of at most `limit_bytes`.",
  },
  UNKNOWN_UPDATE: {
    meaning: "There is no such open update.",
    remedy: "Use an id that `proposed_updates` lists.",
  },
};
