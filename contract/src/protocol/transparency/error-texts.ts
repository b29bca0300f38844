/** Sentences for the refusals of upgrade transparency and seed backups. Not part of the wasm. */
import type { ErrorText } from "../governance-error-texts.ts";
import type { TransparencyErrors } from "./errors.ts";

export const TRANSPARENCY_ERROR_TEXTS: Readonly<Record<keyof TransparencyErrors, ErrorText>> = {
  CODE_HASH_PROPOSED: {
    meaning:
      "Another member's proposal of this code hash is open, or the member's own earlier one has others' votes.",
    remedy: "Vote for the one that is open, or wait until `expires_on`.",
  },
  CODE_HASH_ALLOWED: {
    meaning: "The code hash is allowed already.",
    remedy: "Nothing is left to do; `allowed_code_hashes` lists it.",
  },
  UNKNOWN_CODE_HASH: {
    meaning: "The code hash is not among those that this vote is about.",
    remedy:
      "Vote for one that `proposed_code_hashes` lists, or to revoke one that `allowed_code_hashes` lists.",
  },
  TOO_MANY_CODE_HASHES: {
    meaning: "As many code hashes are allowed as there may be.",
    remedy: "Revoke one that no program runs any more, then vote again.",
  },
  ROLLOUT_POLICY_NOT_NEXT: {
    meaning: "The rollout goes from `signer` to `shadow` to `enforced`, one step at a time and never back.",
    remedy: "Vote for the policy behind `current`.",
  },
  INVALID_SHARE_KEY_PROOF: {
    meaning:
      "The proof is not the signature of the member's TLS key for this network, contract, account and key.",
    remedy: "Sign with the key `tls_public_key`.",
  },
  SHARES_NOT_SORTED: {
    meaning: "Shares are not sorted by account, or an account has two.",
    remedy: "Sort the shares by account, one for each; `account_id` is the first out of order.",
  },
  SEED_THRESHOLD_OUT_OF_RANGE: {
    meaning: "The threshold is below 2 or above the number of shares.",
    remedy: "Publish at least as many shares as the threshold, which is at least `minimum`.",
  },
  SEED_BACKUP_PUBLISHED: {
    meaning: "Another backup of this version's seed was published; the first one stays.",
    remedy: "Compare `seed_backup` with yours; if it isn't yours, don't open for business with this version.",
  },
  HANDOVER_CONFIRMED: {
    meaning: "Another receipt of this handover was confirmed; the first one stays.",
    remedy: "Read `handover`; a new handover takes a recipient with a new key.",
  },
  HANDOVER_EXPIRED: {
    meaning: "The receipt came too late: the sender may serve again.",
    remedy: "Erase the seed that was handed over and begin anew.",
  },
  INVALID_HANDOVER_SIGNATURE: {
    meaning:
      "The receipt is not signed by the recipient's key over network, contract, version, sender, hash and expiry.",
    remedy: "Sign with the key `to`.",
  },
};
