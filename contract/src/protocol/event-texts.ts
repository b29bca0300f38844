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
    "A proposal listed a participant with info that is no longer registered, and was dropped.",
  backup_service_registered: "An account registered or replaced its backup service.",
  backup_confirmed: "A backup service stored the current keyset and left a receipt.",
};
