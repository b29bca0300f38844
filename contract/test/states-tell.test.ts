/** What the states say of themselves: each event with all its values, each refusal with what it names. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { DomainId, DomainPublicKey, RecoveryId } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { RecoveryState } from "../src/protocol/state.ts";
import {
  addDomains,
  allVote,
  domain,
  ephemeralKey,
  keyEventId,
  newParameters,
  proposal,
  resharingNetwork,
  runningOf,
} from "./support/governance.ts";
import { signerKey } from "./support/keys.ts";
import {
  account,
  CANCEL,
  CONCLUDE,
  entry,
  infoOf,
  initRunning,
  KEYSET,
  runningNetwork,
  type Scenario,
  scenario,
  service,
} from "./support/network.ts";

const [SECP, ED] = KEYSET.domains.map(({ key }) => key) as [DomainPublicKey, DomainPublicKey];
const MEMBERS = ["a", "b", "c"];
const at = (id: number, attempt: number) => ({ key_event_id: keyEventId(4, id, attempt) });
const pk = (id: number, attempt: number, public_key: DomainPublicKey): Command => ({
  type: "vote_pk",
  ...at(id, attempt),
  public_key,
});
const start = (id: number, attempt: number): Command => ({
  type: "start_keygen_instance",
  ...at(id, attempt),
});
const abort = (id: number, attempt: number): Command => ({
  type: "vote_abort_key_event_instance",
  ...at(id, attempt),
});
const cancelKeygen = (next: number): Command => ({
  type: "vote_cancel_keygen",
  next_domain_id: next as DomainId,
});
const voteCancel = (id: number): Command => ({ type: "vote_cancel_recovery", recovery_id: id as RecoveryId });
const CANCEL_RESHARING: Command = { type: "vote_cancel_resharing" };

function initializing(): Scenario {
  const network = runningNetwork();
  allVote(network, MEMBERS, addDomains(domain(2), domain(3, "Frost")));
  return network;
}

/** a is recovering with the TLS key a2 and the access key a-fresh. */
function recovering(): Scenario {
  const network = runningNetwork();
  network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
  return network;
}

function recoveryOf({ world: { state } }: Scenario): RecoveryState {
  return state.kind === "Recovery" ? state : assert.fail(`expected Recovery, found ${state.kind}`);
}

describe("behavior: the start and key generation tell what happened", () => {
  test("behavior: a network that starts tells its epoch", () => {
    const { events } = scenario().accept("mpc", "owner", initRunning());
    assert.deepEqual(events, [{ event: "initialized", data: { state: "Running", epoch_id: 4 } }]);
  });

  test("behavior: who starts it without being the contract is told who may", () => {
    const info = scenario().refuse("x", "full", initRunning(), "PRIVATE_METHOD");
    assert.deepEqual(info, { caller: account("x"), expected: "mpc.near" });
  });

  test("behavior: the vote that makes a key tells voter and key; nobody has voted to cancel at first", () => {
    const network = initializing();
    const { state } = network.world;
    assert.deepEqual(state.kind === "Initializing" && state.cancel_votes, []);
    network.accept("a", "a-node", start(2, 0));
    for (const name of ["a", "b"]) network.accept(name, `${name}-node`, pk(2, 0, SECP));
    const slot = keyEventId(4, 2, 0);
    assert.deepEqual(network.accept("c", "c-node", pk(2, 0, SECP)).events, [
      { event: "key_event_voted", data: { ...slot, account_id: account("c") } },
      { event: "key_generated", data: { ...slot, public_key: SECP } },
    ]);
  });

  test("behavior: an attempt that ends tells who ended it and why; the key names the attempt that made it", () => {
    const network = initializing();
    network.accept("a", "a-node", start(2, 0));
    network.accept("a", "a-node", pk(2, 0, SECP));
    const other = SECP.replace("3tF", "3tG") as DomainPublicKey;
    const aborted = (attempt: number, name: string, cause: string) => [
      {
        event: "key_event_aborted",
        data: { ...keyEventId(4, 2, attempt), account_id: account(name), cause },
      },
    ];
    assert.deepEqual(network.accept("b", "b-node", pk(2, 0, other)).events, aborted(0, "b", "keys_differ"));
    network.accept("a", "a-node", start(2, 1));
    assert.deepEqual(network.accept("c", "c-node", abort(2, 1)).events, aborted(1, "c", "voted"));
    network.accept("a", "a-node", start(2, 2));
    for (const name of MEMBERS) network.accept(name, `${name}-node`, pk(2, 2, SECP));
    const { state } = network.world;
    assert.ok(state.kind === "Initializing");
    assert.deepEqual(state.generated_keys.at(-1), { domain_id: 2, key: SECP, attempt: 2 });
  });

  test("behavior: votes to cancel key generation tell their number, the last one what is dropped", () => {
    const network = initializing();
    const info = network.refuse("a", "full", cancelKeygen(3), "NEXT_DOMAIN_ID_MISMATCH");
    assert.deepEqual(info, { provided: 3, expected: 4 });
    const voted = (name: string, votes: number) => ({
      event: "keygen_cancel_voted",
      data: { account_id: account(name), votes },
    });
    assert.deepEqual(network.accept("a", "full", cancelKeygen(4)).events, [voted("a", 1)]);
    assert.deepEqual(network.accept("b", "full", cancelKeygen(4)).events, [
      voted("b", 2),
      { event: "keygen_cancelled", data: { epoch_id: 4, dropped_domain_ids: [2, 3] } },
    ]);
    assert.deepEqual(
      runningOf(network).keyset.domains.map(({ key }) => key),
      [SECP, ED],
    );
  });
});

describe("behavior: a Recovery tells what happened", () => {
  test("behavior: it begins without a confirmed backup", () => {
    assert.equal(recoveryOf(recovering()).recovering.backup_confirmed, false);
  });

  test("behavior: a replaced record tells the old id and the new; ids go on counting; a key in use isn't retired", () => {
    const network = recovering();
    const { expires_on } = recoveryOf(network).recovering;
    const replaced = (recovery_id: number, previous_recovery_id: number, tlsLabel: string) => ({
      event: "recovery_replaced",
      data: {
        recovery_id,
        previous_recovery_id,
        account_id: account("a"),
        participant_id: 0,
        prospective_info: infoOf("a", tlsLabel),
        signer_account_pk: signerKey("a-fresh"),
        expires_on,
      },
    });
    const again = (tlsLabel: string) =>
      network.accept("a", "a-fresh", entry("a", tlsLabel, "a-fresh")).events;
    assert.deepEqual(again("a3"), [replaced(1, 0, "a3")]);
    assert.deepEqual(again("a4"), [replaced(2, 1, "a4")]);
    assert.deepEqual(network.world.records.get(account("a"))?.retired_keys, []);
  });

  test("behavior: the conclusion tells who is back, as whom, and the revision of the participants", () => {
    const participant_info = infoOf("a", "a2");
    assert.deepEqual(recovering().accept("a", "a-fresh", CONCLUDE).events, [
      {
        event: "recovery_concluded",
        data: {
          recovery_id: 0,
          account_id: account("a"),
          participant_id: 0,
          participant_info,
          participants_revision: 1,
        },
      },
    ]);
  });

  test("behavior: the conclusion leaves no key for an exchange of this Recovery, whoever published it", () => {
    const network = runningNetwork();
    network.accept("a", "a-service", service("a", "a-backup", "a-service"));
    network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
    network.accept("a", "a-service", ephemeralKey("a", "backup_service", "recovery", 1, "a-backup"));
    assert.equal(network.world.records.get(account("a"))?.ephemeral_keys.length, 1);
    network.accept("a", "a-fresh", CONCLUDE);
    assert.deepEqual(network.world.records.get(account("a"))?.ephemeral_keys, []);
  });

  test("behavior: cancel votes and both ways to cancel tell the Recovery, the voter and the cause", () => {
    const voted = (name: string, votes: number) => ({
      event: "recovery_cancel_voted",
      data: { recovery_id: 0, account_id: account(name), votes },
    });
    const cancelled = (cause: string) => ({
      event: "recovery_cancelled",
      data: { recovery_id: 0, account_id: account("a"), cause },
    });
    const network = recovering();
    assert.deepEqual(network.accept("b", "full", voteCancel(0)).events, [voted("b", 1)]);
    assert.deepEqual(network.accept("c", "full", voteCancel(0)).events, [
      voted("c", 2),
      cancelled("cancelled_by_vote"),
    ]);
    const byAccount = recovering().accept("a", "full", CANCEL, 1n);
    assert.deepEqual(byAccount.events, [cancelled("cancelled_by_account")]);
  });

  test("behavior: refusals name the account, the ids and the keys that were given and expected", () => {
    const network = recovering();
    const refused = [
      network.refuse("a", "full", voteCancel(0), "RECOVERING_ACCOUNT_CANNOT_VOTE"),
      network.refuse("b", "full", voteCancel(7), "RECOVERY_ID_MISMATCH"),
      network.refuse("b", "b-node", CONCLUDE, "NOT_RECOVERING"),
      network.refuse("a", "a-node", CONCLUDE, "WRONG_SIGNER_KEY"),
      network.refuse(
        "a",
        "a-fresh",
        { ...CONCLUDE, recovery_id: 7 as RecoveryId } as Command,
        "RECOVERY_ID_MISMATCH",
      ),
    ];
    assert.deepEqual(refused, [
      { account_id: account("a") },
      { provided: 7, expected: 0 },
      { account_id: account("b"), recovering: account("a") },
      { role: "recovering", provided: signerKey("a-node"), expected: signerKey("a-fresh") },
      { provided: 7, expected: 0 },
    ]);
  });
});

describe("behavior: a Resharing tells what happened", () => {
  const slot = (id: number) => ({ key_event_id: keyEventId(5, id, 0) });

  test("behavior: the vote that completes a key tells the key, an outsider's word to abort is refused by name", () => {
    const network = resharingNetwork();
    network.accept("a", "a-node", { type: "start_reshare_instance", ...slot(0) });
    const abortIt: Command = { type: "vote_abort_key_event_instance", ...slot(0) };
    const outsider = network.refuse("x", "x-node", abortIt, "NOT_PROPOSED");
    assert.deepEqual(outsider, { account_id: account("x") });
    for (const name of MEMBERS) network.accept(name, `${name}-node`, { type: "vote_reshared", ...slot(0) });
    assert.deepEqual(network.accept("d", "d-node", { type: "vote_reshared", ...slot(0) }).events, [
      { event: "key_event_voted", data: { ...keyEventId(5, 0, 0), account_id: account("d") } },
      { event: "domain_reshared", data: keyEventId(5, 0, 0) },
    ]);
  });

  test("behavior: an aborted attempt tells that it was voted", () => {
    const network = resharingNetwork();
    network.accept("a", "a-node", { type: "start_reshare_instance", ...slot(0) });
    const abortIt: Command = { type: "vote_abort_key_event_instance", ...slot(0) };
    assert.deepEqual(network.accept("d", "d-node", abortIt).events, [
      {
        event: "key_event_aborted",
        data: { ...keyEventId(5, 0, 0), account_id: account("d"), cause: "voted" },
      },
    ]);
  });

  test("behavior: votes to cancel tell their number, the last one the epoch that is never used again", () => {
    const network = resharingNetwork();
    const voted = (name: string, votes: number) => ({
      event: "resharing_cancel_voted",
      data: { account_id: account(name), votes },
    });
    assert.deepEqual(network.accept("a", "full", CANCEL_RESHARING).events, [voted("a", 1)]);
    assert.deepEqual(network.accept("b", "full", CANCEL_RESHARING).events, [
      voted("b", 2),
      { event: "resharing_cancelled", data: { epoch_id: 5 } },
    ]);
    const again = newParameters(proposal(network, { join: ["d"], threshold: 3 }), 5);
    assert.deepEqual(network.refuse("a", "full", again, "EPOCH_MISMATCH"), { provided: 5, expected: 6 });
  });
});
