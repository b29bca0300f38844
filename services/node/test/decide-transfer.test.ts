import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TlsPublicKey } from "../../../contract/src/protocol/brand.ts";
import type { ContractView } from "../../operations/contract-view.ts";
import {
  afterConclusion,
  info,
  recovery,
  resharing,
  running,
  view,
} from "../../operations/test/sample-views.ts";
import {
  currentSigners,
  decideAcceptingShares,
  decideServingBackup,
  identifyPeer,
  type TransferDecision,
} from "../decide-transfer.ts";

const SERVICE = "ed25519:tls-service" as TlsPublicKey;
const OLD = { account_id: "a.near", tls_public_key: info("a").tls_public_key };
const NEW = { account_id: "a.near", tls_public_key: info("new").tls_public_key };
const UNPROVEN: Partial<ContractView> = { proof: { kind: "unproven", reason: "one endpoint" } };

const outcome = (decision: TransferDecision) => (decision.kind === "allowed" ? "allowed" : decision.code);
const serving = (changes: Partial<ContractView>, machine = OLD, peer: string = SERVICE) =>
  outcome(decideServingBackup(view(changes), machine, peer));
const accepting = (changes: Partial<ContractView>, machine = NEW, peer: string = SERVICE) =>
  outcome(decideAcceptingShares(view(changes), machine, peer));

describe("behavior: shares go out only to the registered backup service", () => {
  test("in Running, in Resharing, and from the old machine until the conclusion", () => {
    for (const state of [running(), resharing(), recovery()]) assert.equal(serving({ state }), "allowed");
  });

  test("never to an impostor: another key, a participant's key, nobody registered", () => {
    for (const peer of ["ed25519:stranger", info("b").tls_public_key, info("new").tls_public_key]) {
      assert.equal(serving({}, OLD, peer), "NOT_THE_REGISTERED_SERVICE");
    }
    assert.equal(serving({ backup_service: null }), "NOT_THE_REGISTERED_SERVICE");
  });

  test("never on an unproven state", () => {
    assert.equal(serving(UNPROVEN), "UNPROVEN_STATE");
  });

  test("never from a machine that the contract doesn't list", () => {
    assert.equal(serving({ state: recovery() }, NEW), "NOT_THIS_NODE");
    assert.equal(serving({ state: afterConclusion() }, OLD), "NOT_THIS_NODE");
    assert.equal(serving({}, { ...OLD, account_id: "z.near" }), "NOT_THIS_NODE");
    assert.equal(serving({ state: { kind: "NotInitialized" } }), "NOT_INITIALIZED");
  });
});

describe("behavior: shares come in only in this machine's Recovery, from the registered service", () => {
  test("accepted in its own Recovery", () => {
    assert.equal(accepting({ state: recovery() }), "allowed");
  });

  test("refused in any other state, for another machine and for another account", () => {
    for (const state of [running(), resharing(), afterConclusion()])
      assert.equal(accepting({ state }), "NOT_RECOVERING");
    assert.equal(accepting({ state: recovery() }, OLD), "NOT_RECOVERING");
    assert.equal(accepting({ state: recovery({ account_id: "b.near" as never }) }), "NOT_RECOVERING");
    assert.equal(accepting({ state: { kind: "NotInitialized" } }), "NOT_INITIALIZED");
  });

  test("refused from anybody else and on an unproven state", () => {
    assert.equal(
      accepting({ state: recovery() }, NEW, info("b").tls_public_key),
      "NOT_THE_REGISTERED_SERVICE",
    );
    assert.equal(accepting({ state: recovery(), backup_service: null }), "NOT_THE_REGISTERED_SERVICE");
    assert.equal(accepting({ ...UNPROVEN, state: recovery() }), "UNPROVEN_STATE");
  });
});

describe("behavior: who signs with whom", () => {
  const accounts = (changes: Partial<ContractView>, machine = OLD) =>
    currentSigners(view(changes), machine).map(([account]) => account);

  test("a listed machine signs with all of them", () => {
    assert.deepEqual(accounts({}), ["a.near", "b.near", "c.near"]);
  });

  test("a recovering account signs with nobody, and nobody signs with it", () => {
    assert.deepEqual(accounts({ state: recovery() }), []);
    assert.deepEqual(accounts({ state: recovery() }, NEW), []);
    const peer = { account_id: "b.near", tls_public_key: info("b").tls_public_key };
    assert.deepEqual(accounts({ state: recovery() }, peer), ["b.near", "c.near"]);
  });

  test("a machine that the contract doesn't list signs with nobody", () => {
    assert.deepEqual(accounts({}, NEW), []);
    assert.deepEqual(accounts({ state: { kind: "NotInitialized" } }), []);
  });

  test("a key is the service, one participant, or nobody", () => {
    assert.deepEqual(identifyPeer(view(), OLD, SERVICE), { kind: "backup_service", tls_public_key: SERVICE });
    const b = {
      kind: "participant",
      tls_public_key: info("b").tls_public_key,
      account_id: "b.near",
      participant_id: 1,
    };
    assert.deepEqual(identifyPeer(view(), OLD, info("b").tls_public_key), b);
    assert.equal(identifyPeer(view(), OLD, "ed25519:stranger" as TlsPublicKey), null);
    assert.equal(identifyPeer(view(), OLD, OLD.tls_public_key), null);
  });
});
