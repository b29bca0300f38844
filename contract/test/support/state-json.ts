/** States as the wire shows them, for tests that start in the middle of the protocol. */
import { base58 } from "@scure/base";
import type { StateKind } from "../../src/protocol/state.ts";
import { signerKey } from "./keys.ts";
import { infoOf, initRunning, KEYSET, parametersOf } from "./network.ts";

/** JSON as contract.md §1 shows it, written by hand. */
export function everyVariant(): Record<StateKind, unknown> {
  const domains = { domains: initRunning().domains, next_domain_id: 2 };
  const [domain] = domains.domains;
  const parameters = parametersOf(["a", "b", "c"], 2);
  const keys = [
    { domain_id: 0, key: { Secp256k1: { near_public_key: KEYSET.domains[0]?.key } }, attempt: 240 },
    { domain_id: 1, key: ed25519Key(), attempt: 0 },
  ];
  const running = {
    domains,
    keyset: { epoch_id: 4, domains: keys },
    parameters,
    parameters_votes: {
      proposal_by_account: { "a.near": { parameters, per_domain_thresholds: { "0": 2 } } },
    },
    add_domains_votes: { proposal_by_account: { "0": [domain] } },
    previously_cancelled_resharing_epoch_id: 5,
    participants_revision: 12,
  };
  const instance = {
    attempt_id: 0,
    started_in: 100,
    expires_on: 131,
    completed: [0],
    public_key: ed25519Key(),
  };
  const event = { epoch_id: 5, domain, parameters, instance, next_attempt_id: 1 };
  const recovering = {
    account_id: "a.near",
    participant_id: 0,
    prospective_info: infoOf("a", "a2"),
    signer_account_pk: signerKey("k1"),
    started_in: 100,
    expires_on: 121,
    backup_confirmed: false,
  };
  const [, ...others] = parameters.participants.participants;
  return {
    NotInitialized: "NotInitialized",
    Initializing: {
      Initializing: {
        domains,
        epoch_id: 4,
        generated_keys: keys.slice(0, 1),
        generating_key: event,
        cancel_votes: [1],
      },
    },
    Running: { Running: running },
    Resharing: {
      Resharing: {
        previous_running_state: running,
        reshared_keys: keys,
        resharing_key: { ...event, instance: null },
        cancellation_requests: ["a.near"],
        per_domain_thresholds: { "0": 2 },
      },
    },
    Recovery: {
      Recovery: {
        previous_running_state: running,
        recovery_id: 7,
        prospective_participants: {
          next_id: 3,
          participants: [["a.near", 0, infoOf("a", "a2")], ...others],
        },
        recovering,
        cancel_votes: [1],
      },
    },
  };
}

function ed25519Key(): object {
  const key = KEYSET.domains[1]?.key ?? "";
  const edwards_point = [...base58.decode(key.slice("ed25519:".length))];
  return { Ed25519: { near_public_key_compressed: key, edwards_point } };
}
