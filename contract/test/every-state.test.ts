import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { publicKey } from "../src/interface/answers.ts";
import { keysetHash } from "../src/interface/keyset-hash.ts";
import { readState } from "../src/interface/state-reader.ts";
import type { AccountId, DomainId, Sha256Hex, TlsPublicKey } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { attempt } from "../src/protocol/errors.ts";
import { currentKeyset, membersOf } from "../src/protocol/rules/members.ts";
import { acceptsRequests } from "../src/protocol/rules/requests.ts";
import type { InitializedState, StateKind } from "../src/protocol/state.ts";
import { sha256Hex, tlsKey } from "./support/keys.ts";
import {
  account,
  approval,
  CANCEL,
  CONCLUDE,
  entry,
  infoOf,
  nodeInfo,
  runningNetwork,
  type Scenario,
  service,
  urlOf,
} from "./support/network.ts";
import { everyVariant } from "./support/state-json.ts";

const STATES = ["Initializing", "Running", "Resharing", "Recovery"] as const;

/** The members' records and keys of a running network, in a state written by hand. */
function inState(kind: StateKind, change: (json: never) => unknown = (json) => json): Scenario {
  const read = readState(JSON.stringify(change(JSON.parse(JSON.stringify(everyVariant()[kind])) as never)));
  assert.ok(read.ok, JSON.stringify(read));
  const network = runningNetwork();
  const { state } = read.ok ? { state: read.value } : assert.fail();
  const tlsKeys = new Map<TlsPublicKey, AccountId>(network.world.tlsKeys);
  if (state.kind === "Recovery") tlsKeys.set(state.recovering.prospective_info.tls_public_key, account("a"));
  network.world = { ...network.world, state, tlsKeys };
  return network;
}

function initialized(network: Scenario): InitializedState {
  const { state } = network.world;
  return state.kind === "NotInitialized" ? assert.fail("expected an initialized state") : state;
}

for (const kind of STATES) {
  describe(`in ${kind}`, () => {
    test("behavior: the registered TLS key is a no-op, whoever's turn it is", () => {
      const network = inState(kind);
      for (const name of ["a", "b", "c"])
        network.ignore(name, `${name}-node`, entry(name, name, `${name}-node`));
      const moved = { ...infoOf("b"), url: urlOf("elsewhere") };
      network.refuse("b", "k", { ...entry("b", "b", "k"), participant_info: moved }, "USE_UPDATE_URL");
      network.refuse("b", "k", entry("b", "c", "k"), "TLS_KEY_TAKEN");
    });

    test("behavior: members submit their node info and register services, and nothing else moves", () => {
      const network = inState(kind);
      const { state } = network.world;
      network.accept("b", "b-node2", nodeInfo("b", "b-node2"), 1n);
      network.accept("b", "svc", service("b", "b-svc", "svc"));
      assert.equal(network.world.state, state);
      network.refuse("x", "svc", service("x", "x-svc", "svc"), "NOT_A_MEMBER");
    });

    test("behavior: receipts are for the keyset that is in use", () => {
      const network = inState(kind);
      network.accept("b", "svc", service("b", "b-svc", "svc"));
      const keyset = currentKeyset(initialized(network));
      const digest = sha256Hex("sealed") as Sha256Hex;
      const receipt = (keyset_hash: Sha256Hex): Command => ({
        type: "confirm_backup",
        epoch_id: keyset.epoch_id,
        keyset_hash,
        digest,
      });
      const other = keysetHash({ ...keyset, domains: [] }, sha256Hex);
      network.refuse("b", "svc", receipt(other), "RECEIPT_NOT_CURRENT");
      network.accept("b", "svc", receipt(keysetHash(keyset, sha256Hex)));
    });
  });
}

describe("an entry from another state than Running", () => {
  for (const kind of ["Initializing", "Resharing", "Recovery"] as const) {
    test(`behavior: is refused in ${kind}`, () => {
      const network = inState(kind);
      const found = network.refuse("b", "k", entry("b", "b2", "k"), "UNEXPECTED_STATE");
      assert.equal(found.current, kind);
    });
  }

  test("behavior: what belongs to Recovery is refused elsewhere", () => {
    for (const kind of ["Initializing", "Running", "Resharing"] as const) {
      const network = inState(kind);
      network.refuse("a", "a-node", CONCLUDE, "UNEXPECTED_STATE");
      network.refuse("a", "full", CANCEL, "UNEXPECTED_STATE", 1n);
      if (kind !== "Running") network.refuse("a", "full", approval("a2", "k"), "UNEXPECTED_STATE", 1n);
    }
  });
});

describe("votes and a Recovery", () => {
  test("behavior: votes survive; a proposal that lists the account with its old info is dropped", () => {
    const network = inState("Running", (json: { Running: Record<string, unknown> }) => {
      const votes = json.Running.parameters_votes as {
        proposal_by_account: Record<string, { parameters: { participants: { participants: unknown[] } } }>;
      };
      const proposal = votes.proposal_by_account["a.near"];
      assert.ok(proposal);
      const withoutA = structuredClone(proposal);
      withoutA.parameters.participants.participants.shift();
      votes.proposal_by_account = { "b.near": proposal, "c.near": withoutA };
      return json;
    });
    network.accept("a", "k1", entry("a", "a2", "k1"));
    const { events, state } = network.accept("a", "k1", CONCLUDE);
    assert.deepEqual(
      events.map(({ event }) => event),
      ["recovery_concluded", "proposal_dropped"],
    );
    assert.deepEqual(events[1]?.data, {
      listed_account_id: account("a"),
      proposals: 1,
      voters: [account("b")],
    });
    assert.ok(state.kind === "Running");
    assert.deepEqual(
      state.add_domains_votes,
      (inState("Running").world.state as typeof state).add_domains_votes,
    );
    assert.equal(state.previously_cancelled_resharing_epoch_id, 5);
  });
});

describe("requests for signatures", () => {
  const first = 0 as DomainId;

  test("behavior: accepted in Running and Resharing, not before keys are in use, not for unknown domains", () => {
    const accepted = STATES.filter((kind) => acceptsRequests(inState(kind).world.state, first));
    assert.deepEqual(accepted, ["Running", "Resharing", "Recovery"]);
    assert.equal(acceptsRequests(inState("Running").world.state, 7 as DomainId), false);
    assert.equal(acceptsRequests({ kind: "NotInitialized" }, first), false);
  });

  test("behavior: in Recovery only while one member less still reaches the threshold", () => {
    const { state } = inState("Recovery").world;
    assert.ok(state.kind === "Recovery");
    const { previous_running_state: running } = state;
    const domains = running.domains.domains.map((domain) => ({ ...domain, reconstruction_threshold: 3 }));
    const strict = {
      ...state,
      previous_running_state: { ...running, domains: { ...running.domains, domains } },
    };
    assert.equal(membersOf(state).participants.length, 3);
    assert.equal(acceptsRequests(strict, first), false);
  });

  test("behavior: the public key of a domain, the first by default", () => {
    const { state } = inState("Running").world;
    assert.ok(publicKey(state, null).startsWith("secp256k1:"));
    assert.ok(publicKey(state, 1 as DomainId).startsWith("ed25519:"));
    const unknown = attempt(() => publicKey(state, 7 as DomainId));
    assert.ok(!unknown.ok && unknown.error.name === "UNKNOWN_DOMAIN");
  });
});

test("behavior: a Recovery that began with other keys still releases its TLS key when it is cancelled", () => {
  const network = inState("Recovery");
  network.accept("a", "full", CANCEL, 1n);
  assert.equal(network.world.tlsKeys.has(tlsKey("a2")), false);
});
