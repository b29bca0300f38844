/** What every event says, in a sentence for people. Not part of the wasm. */
import type { EventName } from "./events.ts";

export const EVENT_TEXTS: Readonly<Record<EventName, string>> = {
  initialized: "The contract was started.",
  participant_info_submitted: "A member's node, or a candidate, made itself known.",
  node_key_changed: "Another access key is now the node key of the account.",
  recovery_approved: "An operator approved one entry by TLS key and access key.",
  recovery_started: "A member entered Recovery with a new address and TLS key.",
  recovery_replaced:
    "The recovering account put a new record in place of its own; time and cancel votes go on.",
  recovery_concluded: "The recovering node holds its shares and took its place.",
  recovery_cancelled: "The open Recovery ended by the account's own word or by vote; the old info stays.",
  recovery_expired: "The open Recovery ran out of time; logged before the event of the next change.",
  recovery_backup_confirmed: "The backup service says that it sent the shares.",
  proposal_dropped:
    "Proposals listed an account with info that is no longer registered, and were dropped with their votes.",
  backup_service_registered: "An account registered or replaced its backup service.",
  backup_confirmed: "A backup service stored the current keyset and left a receipt.",
  recovery_cancel_voted: "A member voted to cancel the open Recovery.",
  recovery_superseded: "New parameters were agreed on while a Recovery was open; its record was dropped.",
  ephemeral_key_submitted: "A node or backup service published its key for one exchange.",
  add_domains_voted: "A member voted for new domains.",
  keygen_started: "All members agreed on new domains; their keys are generated one after another.",
  key_event_started: "The leader started an attempt at generating or resharing a key.",
  key_event_voted: "A participant completed its part of an attempt.",
  key_event_aborted:
    "An attempt ended, by vote or because the public keys differ; the leader may start the next.",
  key_generated: "All participants made the same public key for a domain.",
  keygen_cancel_voted: "A member voted to end the generation of keys.",
  keygen_cancelled: "The generation of keys ended early; the keys made so far stay.",
  parameters_voted: "A participant voted for new parameters.",
  resharing_started: "All proposed participants agreed; the keys are reshared to them one after another.",
  domain_reshared: "All proposed participants hold their shares of a domain's key.",
  resharing_cancel_voted: "A member voted to cancel the Resharing.",
  resharing_cancelled: "The Resharing was cancelled; its epoch is never used again.",
  parameters_changed:
    "New parameters are in force; deposits of those who joined went back, all records of those who left are gone.",
  participant_url_changed: "A member moved to another URL.",
  update_proposed: "A member proposed new code or settings.",
  update_voted: "A member voted for an update.",
  update_vote_removed: "A member took its vote for an update back.",
  update_dropped: "A proposed update went without being accepted; its deposit went back.",
  update_accepted: "An update has its votes: its settings hold, its code is being deployed.",
  code_updated: "New code took over and can read the stored state.",
  storage_deposited: "Someone paid for a candidate's record.",
  storage_unregistered: "A candidate's record was removed and its deposit went back.",
};
