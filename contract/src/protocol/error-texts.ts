/** A sentence for people and what to do, for every refusal. Not part of the wasm. */
import type { ErrorCode } from "./errors.ts";
import { type ErrorText, GOVERNANCE_ERROR_TEXTS } from "./governance-error-texts.ts";
import { REQUEST_ERROR_TEXTS } from "./requests/error-texts.ts";
import { TRANSPARENCY_ERROR_TEXTS } from "./transparency/error-texts.ts";

export type { ErrorText } from "./governance-error-texts.ts";

export const ERROR_TEXTS: Readonly<Record<ErrorCode, ErrorText>> = {
  INVALID_UTF8: { meaning: "The arguments are not valid UTF-8.", remedy: "Send JSON encoded as UTF-8." },
  INVALID_JSON: { meaning: "The arguments are not JSON.", remedy: "Send one JSON object." },
  INPUT_TOO_LONG: {
    meaning: "The arguments are longer than any legal ones.",
    remedy: "Send only the fields that the method lists.",
  },
  INPUT_TOO_DEEP: {
    meaning: "The arguments open more brackets than any legal ones.",
    remedy: "Send only the fields that the method lists.",
  },
  INVALID_ARGUMENT: {
    meaning: "An argument has the wrong type or form.",
    remedy: "Send what `expected` says at `path`.",
  },
  MISSING_FIELD: { meaning: "A required argument is missing.", remedy: "Add the field named by `path`." },
  UNKNOWN_FIELD: {
    meaning: "The method has no such argument.",
    remedy: "Remove the field named by `path`, or check its spelling.",
  },
  DUPLICATE_FIELD: {
    meaning: "A field appears twice in one object.",
    remedy: "Send every field once.",
  },
  WRONG_KEY_KIND: {
    meaning: "The key is of another kind than belongs here.",
    remedy: "Send a key of the kind named by `expected`.",
  },
  NOT_DIRECT_CALL: {
    meaning: "The call came through another contract.",
    remedy: "Let the account itself sign a transaction to this contract.",
  },
  PRIVATE_METHOD: {
    meaning: "Only the contract's own account may call this.",
    remedy: "Sign with the account that the contract is deployed on.",
  },
  UNSUPPORTED_KEY_TYPE: {
    meaning: "Access keys other than ed25519 are not supported.",
    remedy: "Sign with an ed25519 access key.",
  },
  DEPOSIT_NOT_ACCEPTED: {
    meaning: "The method takes no deposit.",
    remedy: "Call it without a deposit.",
  },
  DEPOSIT_REQUIRED: {
    meaning: "This needs the operator: a deposit of 1 yocto, which only a full-access key can attach.",
    remedy: "Repeat the call with 1 yocto, signed by the account's full-access key.",
  },
  UNEXPECTED_STATE: {
    meaning: "The contract is in a state that does not allow this.",
    remedy: "Wait until it is in one of the `expected` states.",
  },
  NOT_A_MEMBER: {
    meaning: "The account is not a participant.",
    remedy: "Sign with a participant's account, or have it voted in first.",
  },
  UNREADABLE_STATE: {
    meaning: "A stored part can't be read by this code.",
    remedy: "Deploy the code that wrote it; nothing was changed.",
  },
  TOO_MANY_PARTICIPANTS: {
    meaning: "There are more participants than the settings allow.",
    remedy: "Propose fewer, or raise `max_participants`.",
  },
  DUPLICATE_ACCOUNT: {
    meaning: "An account is listed twice.",
    remedy: "List every account once.",
  },
  DUPLICATE_PARTICIPANT_ID: {
    meaning: "A participant id is listed twice.",
    remedy: "Give every participant an id of its own.",
  },
  DUPLICATE_TLS_KEY: {
    meaning: "A TLS key is listed twice.",
    remedy: "Give every participant a TLS key of its own.",
  },
  PARTICIPANT_ID_OUT_OF_RANGE: {
    meaning: "A participant id is not below `next_id`.",
    remedy: "Raise `next_id` above every id.",
  },
  THRESHOLD_TOO_LOW: {
    meaning: "The threshold is below 2 or below 60 % of the participants.",
    remedy: "Raise it to at least `minimum`.",
  },
  THRESHOLD_TOO_HIGH: {
    meaning: "The threshold is above the number of participants.",
    remedy: "Lower it to at most `maximum`.",
  },
  RECONSTRUCTION_THRESHOLD_OUT_OF_RANGE: {
    meaning: "A domain's reconstruction threshold does not fit the participants.",
    remedy: "Choose it between `minimum` and `maximum`.",
  },
  DUPLICATE_DOMAIN: { meaning: "A domain is listed twice.", remedy: "List every domain once." },
  DOMAIN_ID_OUT_OF_RANGE: {
    meaning: "A domain id is not below `next_domain_id`.",
    remedy: "Raise `next_domain_id` above every id.",
  },
  UNKNOWN_DOMAIN: {
    meaning: "There is no such domain, or it has no key yet.",
    remedy: "Use a domain id that `state()` lists.",
  },
  DOMAIN_KEY_MISMATCH: {
    meaning: "A domain's key is on a curve that its protocol does not sign with.",
    remedy: "Give a key of the kind named by `expected`.",
  },
  INVALID_CONFIG: {
    meaning: "A setting is out of its bounds.",
    remedy: "Choose it between `minimum` and `maximum`.",
  },
  URL_TOO_LONG: {
    meaning: "A URL is longer than the settings allow.",
    remedy: "Use a URL of at most `limit_bytes`.",
  },
  USE_RECOVERY: {
    meaning: "The TLS key is not the one registered for this account.",
    remedy: "Call `submit_participant_recovery_info` to come back under a new TLS key.",
  },
  USE_UPDATE_URL: {
    meaning: "The TLS key is the registered one, but the URL differs.",
    remedy: "Use the registered URL, or change it with `update_participant_url`.",
  },
  TLS_KEY_TAKEN: {
    meaning: "Another account holds this TLS key.",
    remedy: "Make a fresh TLS key.",
  },
  KEY_ROLE_CONFLICT: {
    meaning: "The key already has another role for this account.",
    remedy: "Use a key of its own for every role.",
  },
  INVALID_TLS_KEY_PROOF: {
    meaning:
      "The proof is not the TLS key's signature for this network, contract, account, role and access key.",
    remedy: "Sign the message with the TLS key that is submitted; check network id and contract id.",
  },
  WRONG_SIGNER_KEY: {
    meaning: "Another access key is recorded for this role.",
    remedy: "Sign with the key named by `expected`.",
  },
  APPROVAL_REQUIRED: {
    meaning: "This entry needs the operator's approval.",
    remedy: "Call `approve_recovery` with these two keys, signed by the account's full-access key.",
  },
  RECOVERY_LIMIT_REACHED: {
    meaning: "The account entered Recovery too often lately.",
    remedy: "Try again at the height `possible_on`.",
  },
  RECOVERY_COOLDOWN: {
    meaning: "The account's last Recovery was cancelled or expired a short time ago.",
    remedy: "Try again at the height `ends_on`; after an own cancel an approval lifts the wait.",
  },
  NOT_RECOVERING: {
    meaning: "The open Recovery is of another account.",
    remedy: "Wait until it ends.",
  },
  RECOVERY_ID_REQUIRED: {
    meaning: "The record of this Recovery was replaced, so the call must name the one it concludes.",
    remedy: "Pass `recovery_id`.",
  },
  RECOVERY_ID_MISMATCH: {
    meaning: "The open Recovery has another id.",
    remedy: "Read the state and pass its id.",
  },
  EPOCH_MISMATCH: {
    meaning: "The keyset is of another epoch than the contract's.",
    remedy: "Read the state again and check the shares against its keyset.",
  },
  KEYSET_MISMATCH: {
    meaning: "The keyset differs from the contract's in the named domain.",
    remedy: "Read the state again and check the shares against its keyset.",
  },
  ATTESTATION_REQUIRED: {
    meaning: "The settings require an attestation.",
    remedy: "Pass `attestation`.",
  },
  ATTESTATION_TOO_OLD: {
    meaning: "The attestation is older than the settings allow.",
    remedy: "Submit fresh evidence.",
  },
  DEV_ATTESTATION_NOT_ALLOWED: {
    meaning: "Evidence of kind `dev` proves nothing and the settings refuse it.",
    remedy: "Submit evidence from real hardware.",
  },
  NO_BACKUP_SERVICE: {
    meaning: "The account has no backup service.",
    remedy: "Call `register_backup_service` first.",
  },
  RECEIPT_NOT_CURRENT: {
    meaning: "The receipt is not for the keyset that the network uses now.",
    remedy: "Back the current keyset up and confirm that.",
  },
  ...GOVERNANCE_ERROR_TEXTS,
  ...REQUEST_ERROR_TEXTS,
  ...TRANSPARENCY_ERROR_TEXTS,
};
