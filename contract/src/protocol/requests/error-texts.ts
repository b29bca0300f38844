/** Sentences for the refusals of signature requests. Not part of the wasm. */
import type { ErrorText } from "../governance-error-texts.ts";
import type { RequestErrors } from "./errors.ts";

export const REQUEST_ERROR_TEXTS: Readonly<Record<keyof RequestErrors, ErrorText>> = {
  WRONG_PURPOSE: {
    meaning: "The domain's key is not for signing what callers ask.",
    remedy: "Use a domain whose purpose is `Sign`.",
  },
  UNSUPPORTED_SCHEME: {
    meaning: "The contract can't check signatures of this domain's protocol and curve.",
    remedy: "Use a domain that signs ECDSA on secp256k1 or Ed25519.",
  },
  WRONG_PAYLOAD: {
    meaning: "The payload is of the other kind than the domain signs.",
    remedy: "Send the payload as the kind in `expected`.",
  },
  PAYLOAD_OUT_OF_RANGE: {
    meaning: "The 32 bytes are no number below the order of secp256k1's group.",
    remedy: "Send a hash; hash again if this one happens to be too large.",
  },
  NOT_ENOUGH_GAS: {
    meaning: "The gas does not reach for the answer.",
    remedy: "Attach at least `required` gas units.",
  },
  NOT_ENOUGH_SIGNERS: {
    meaning: "While a participant recovers, too few others are there to sign in this domain.",
    remedy: "Try again once the contract is in Running.",
  },
  TOO_MANY_REQUESTS: {
    meaning: "As many different requests as the contract keeps are waiting.",
    remedy: "Try again in some blocks.",
  },
  TOO_MANY_DUPLICATES: {
    meaning: "As many callers as the contract answers at once wait for this very signature.",
    remedy: "Try again once the request is answered.",
  },
  UNKNOWN_REQUEST: {
    meaning: "No such request waits: it was answered, timed out, or never asked.",
    remedy: "Read `pending_requests`.",
  },
  BEING_REPLACED: {
    meaning: "The account's node is being replaced in the open Recovery.",
    remedy: "Let the other participants answer, or wait until the Recovery ends.",
  },
  WRONG_SIGNATURE_SCHEME: {
    meaning: "The response is not a whole signature of the scheme that the request is for.",
    remedy: "Send the scheme in `expected` with its fields and no others.",
  },
  INVALID_SIGNATURE: {
    meaning: "The signature does not verify under the key derived for the request.",
    remedy: "Sign the request's payload with the domain's key plus the request's tweak.",
  },
  REQUEST_TIMED_OUT: {
    meaning: "The network did not answer in time.",
    remedy: "Ask again; `accepts_requests` tells whether the network can sign.",
  },
  NO_DERIVED_KEY: {
    meaning: "No key can be derived from the domain's key.",
    remedy: "Use a domain that signs ECDSA on secp256k1 or Ed25519.",
  },
};
