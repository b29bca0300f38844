import type { RecoveryId, Sha256Hex } from "../../contract/src/protocol/brand.ts";
import type { Command } from "../../contract/src/protocol/commands.ts";
import {
  addCandidate,
  addDomains,
  allVote,
  domain,
  keyEventId,
  NEAR,
  newParameters,
  proposal,
  reshare,
  resharingNetwork,
  vote,
} from "../../contract/test/support/governance.ts";
import {
  entry,
  KEYSET,
  runningNetwork,
  type Scenario,
  service,
} from "../../contract/test/support/network.ts";
import { keysetHash } from "../src/crypto/keyset-hash.ts";

/** Networks in the situations that the inspector is used in. */

/** a has a fresh backup, b a service without a receipt, c none. */
export function withBackups(network: Scenario = runningNetwork()): Scenario {
  for (const name of ["a", "b"])
    network.accept(name, `${name}-service`, service(name, `${name}-tls`, `${name}-service`));
  const receipt: Command = {
    type: "confirm_backup",
    epoch_id: KEYSET.epoch_id,
    keyset_hash: keysetHash(KEYSET),
    digest: "ab".repeat(32) as Sha256Hex,
  };
  network.accept("a", "a-service", receipt);
  return network;
}

/** a comes back; b voted to cancel. */
export function recovering(): Scenario {
  const network = withBackups();
  network.accept("a", "a-new", entry("a", "a2", "a-new"));
  network.height += 5;
  network.accept("b", "full", { type: "vote_cancel_recovery", recovery_id: 0 as RecoveryId });
  return network;
}

/** Two proposals of parameters and one of domains; d may not vote yet, c voted for another one. */
export function voting(): Scenario {
  const network = runningNetwork();
  addCandidate(network, "d");
  const withNewcomer = newParameters(proposal(network, { join: ["d"], threshold: 3 }));
  network.accept("a", "full", withNewcomer);
  network.accept("c", "full", newParameters(proposal(network, { threshold: 3 })));
  network.accept("b", "full", addDomains(domain(2)));
  const update: Command = {
    type: "propose_update",
    code_sha256: "cd".repeat(32) as Sha256Hex,
    code_bytes: 1000,
    config: null,
  };
  network.accept("b", "full", update, NEAR);
  network.accept("b", "full", vote(0));
  return network;
}

/** d joins: a and b have their shares of domain 1, domain 0 is done. */
export function resharing(): Scenario {
  const network = resharingNetwork();
  reshare(network, ["a", "b", "c", "d"], keyEventId(5, 0, 0));
  network.accept("a", "a-node", { type: "start_reshare_instance", key_event_id: keyEventId(5, 1, 0) });
  for (const name of ["a", "b"]) {
    network.accept(name, `${name}-node`, { type: "vote_reshared", key_event_id: keyEventId(5, 1, 0) });
  }
  return network;
}

/** The keys of a new domain wait for the leader. */
export function initializing(): Scenario {
  const network = runningNetwork();
  allVote(network, ["a", "b", "c"], addDomains(domain(2)));
  return network;
}
