import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import type { StoredKeyset } from "../../keyshare/keyshare-store.ts";
import { sampleKeyset } from "../../keyshare/test/samples.ts";
import type { ContractView } from "../../operations/contract-view.ts";
import {
  afterConclusion,
  info,
  participants,
  receipt,
  recovery,
  resharing,
  running,
  view,
} from "../../operations/test/sample-views.ts";
import { type BackupAction, decideBackup } from "../decide.ts";
import { type BackupEntry, backupMemory } from "../memory.ts";

const KEYSET = sampleKeyset(4);
const HASH = keysetHash(KEYSET);
const OLD_HASH = keysetHash(sampleKeyset(3));
const HELD: StoredKeyset = { keyset_hash: HASH, epoch_id: 4, digest: "digest" };
const HELD_OLD: StoredKeyset = { keyset_hash: OLD_HASH, epoch_id: 3, digest: "digest of the old" };
const OWN = { tls_public_key: "ed25519:tls-service", signer_public_key: "ed25519:signer-service" };
const FROM_NODE = { node: info("a"), participant_id: 0, keyset: KEYSET, keyset_hash: HASH };

function decide(
  changes: Partial<ContractView>,
  held: readonly StoredKeyset[] = [],
  entries: readonly BackupEntry[] = [],
  account_id = "a.near",
): BackupAction {
  return decideBackup({
    account_id,
    own: OWN,
    view: view(changes),
    held,
    damaged: [],
    memory: backupMemory(entries),
  });
}

describe("behavior: monitoring and backing up", () => {
  test("nothing at all happens on an unproven state", () => {
    for (const state of [running(), recovery(), resharing()]) {
      const action = decide({ state, proof: { kind: "unproven", reason: "one endpoint" } }, [HELD]);
      assert.equal(action.kind === "blocked" && action.code, "UNPROVEN_STATE");
    }
  });

  test("an unregistered service registers, once the node's key is recorded", () => {
    assert.deepEqual(decide({ backup_service: null }), { kind: "register" });
    assert.deepEqual(decide({ backup_service: null, node_key: null }), {
      kind: "wait",
      reason: "node_key_not_recorded",
    });
  });

  test("another registered service, or another signer key, blocks", () => {
    const registered = view().backup_service ?? assert.fail();
    const other = { ...registered, public_key: "ed25519:other" as never };
    const otherSigner = { ...registered, signer_account_pk: "ed25519:other" as never };
    const code = (changes: Partial<ContractView>) => {
      const action = decide(changes, [HELD]);
      return action.kind === "blocked" ? action.code : action.kind;
    };
    assert.equal(code({ backup_service: other }), "OTHER_SERVICE_REGISTERED");
    assert.equal(code({ backup_service: otherSigner }), "SIGNER_KEY_DIFFERS");
    assert.equal(code({ backup_service: other, state: recovery() }), "OTHER_SERVICE_REGISTERED");
  });

  test("a missing keyset is fetched from the node that the contract names", () => {
    assert.deepEqual(decide({}), { kind: "fetch_backup", because: "not_held", ...FROM_NODE });
  });

  test("the same epoch with another attempt is another keyset", () => {
    const other = { keyset_hash: keysetHash(sampleKeyset(4, 1)), epoch_id: 4, digest: "digest" };
    assert.equal(decide({}, [other]).kind, "fetch_backup");
  });

  test("a stored keyset is confirmed until the receipt names it and its digest", () => {
    const confirm = { kind: "confirm_backup", epoch_id: 4, keyset_hash: HASH, digest: "digest" };
    assert.deepEqual(decide({}, [HELD]), confirm);
    assert.deepEqual(decide({ receipt: receipt(3, OLD_HASH) }, [HELD]), confirm);
    assert.deepEqual(decide({ receipt: receipt(4, HASH, "another file") }, [HELD]), confirm);
    assert.deepEqual(decide({ receipt: receipt(4, HASH) }, [HELD]), { kind: "wait", reason: "backed_up" });
  });

  test("an old store put back is recognised from the receipt", () => {
    const action = decide({ receipt: receipt(4, HASH) }, [HELD_OLD]);
    assert.deepEqual(action, { kind: "fetch_backup", because: "store_older_than_receipt", ...FROM_NODE });
  });

  test("a receipt newer than the keyset means that the endpoints are behind", () => {
    const action = decide({ receipt: receipt(5, "ff".repeat(32)) }, [HELD]);
    assert.equal(action.kind === "blocked" && action.code, "RECEIPT_NEWER_THAN_KEYSET");
  });

  test("no domains, no keys, nothing to back up", () => {
    const state = running({ keyset: { epoch_id: 0 as never, domains: [] } });
    assert.deepEqual(decide({ state }), { kind: "wait", reason: "no_keys_yet" });
  });

  test("an uninitialized contract and an account outside are waited for", () => {
    assert.deepEqual(decide({ state: { kind: "NotInitialized" } }), {
      kind: "wait",
      reason: "contract_not_initialized",
    });
    assert.deepEqual(decide({}, [], [], "z.near"), { kind: "wait", reason: "not_a_participant" });
  });

  test("a newcomer's service registers during Resharing and waits for its first keyset", () => {
    const state = resharing([...participants(), ["z.near", 3, info("z")] as never]);
    assert.deepEqual(decide({ state, backup_service: null }, [], [], "z.near"), { kind: "register" });
    assert.deepEqual(decide({ state }, [], [], "z.near"), { kind: "wait", reason: "joining" });
  });
});

describe("behavior: erasure", () => {
  test("a superseded keyset goes only while Running with the receipt for the newer one", () => {
    const both = [HELD_OLD, HELD];
    const erase = { kind: "erase", keyset_hashes: [OLD_HASH], reason: "superseded" };
    assert.deepEqual(decide({ receipt: receipt(4, HASH) }, both), erase);
    assert.equal(decide({}, both).kind, "confirm_backup");
    assert.equal(decide({ state: resharing(), receipt: receipt(4, HASH) }, both).kind, "wait");
    assert.equal(decide({ state: recovery(), receipt: receipt(4, HASH) }, both).kind, "send_shares");
  });

  test("an endpoint that lags behind what is stored can't have the newer keyset erased", () => {
    const entries: BackupEntry[] = [{ type: "stored", keyset_hash: HASH, digest: "digest", height: 201 }];
    const state = running({ keyset: sampleKeyset(3) as never });
    const before = { state, receipt: receipt(3, OLD_HASH, HELD_OLD.digest), height: 200 };
    const action = decide(before, [HELD_OLD, HELD], entries);
    assert.equal(action.kind === "blocked" && action.code, "STATE_BEHIND");
  });

  test("everything goes once the account is out for good, nothing while that can be cancelled", () => {
    const erase = { kind: "erase", keyset_hashes: [HASH], reason: "not_a_participant" };
    assert.deepEqual(decide({}, [HELD], [], "z.near"), erase);
    assert.equal(decide({ state: resharing() }, [HELD], [], "z.near").kind, "wait");
    const leaving = resharing(participants().slice(1));
    assert.equal(decide({ state: leaving, receipt: receipt(4, HASH) }, [HELD]).kind, "wait");
  });
});

describe("behavior: Recovery", () => {
  const RECEIPT = receipt(4, HASH);
  const SENT: BackupEntry = {
    type: "shares_sent",
    recovery_id: 7,
    tls_public_key: "ed25519:tls-new",
    height: 1,
  };
  const CONFIRMED: BackupEntry = { type: "recovery_settled", recovery_id: 7, outcome: "confirmed" };

  test("the shares go to the prospective node, never to the registered one", () => {
    const action = decide({ state: recovery(), receipt: RECEIPT }, [HELD]);
    assert.deepEqual(action, { kind: "send_shares", recovery_id: 7, ...FROM_NODE, node: info("new") });
  });

  test("after the acknowledgement the recovery is confirmed, once", () => {
    const state = recovery();
    assert.deepEqual(decide({ state, receipt: RECEIPT }, [HELD], [SENT]), {
      kind: "confirm_recovery",
      recovery_id: 7,
    });
    const confirmed = { kind: "check_delivery", recovery_id: 7, ...FROM_NODE, node: info("new") };
    assert.deepEqual(decide({ state, receipt: RECEIPT }, [HELD], [SENT, CONFIRMED]), confirmed);
    const shown = recovery({ backup_confirmed: true });
    assert.deepEqual(decide({ state: shown, receipt: RECEIPT }, [HELD], [SENT]), confirmed);
  });

  test("a replaced record, with another id or key, gets the shares anew", () => {
    assert.equal(
      decide({ state: recovery({}, 8), receipt: RECEIPT }, [HELD], [SENT, CONFIRMED]).kind,
      "send_shares",
    );
    const otherKey = recovery({ prospective_info: info("newer") });
    assert.equal(decide({ state: otherKey, receipt: RECEIPT }, [HELD], [SENT]).kind, "send_shares");
  });

  test("without the exact keyset nothing is sent; the old node is asked for it", () => {
    const action = decide({ state: recovery(), receipt: RECEIPT }, [HELD_OLD]);
    assert.deepEqual(action, { kind: "fetch_backup", because: "store_older_than_receipt", ...FROM_NODE });
  });

  test("another account's Recovery is none of its business", () => {
    const state = recovery({ account_id: "b.near" as never });
    assert.deepEqual(decide({ state, receipt: RECEIPT }, [HELD]), { kind: "wait", reason: "backed_up" });
  });

  test("a late confirmation doesn't hold up the backup of a newer keyset", () => {
    const next = running({ ...afterConclusion(), keyset: sampleKeyset(5) as never });
    assert.equal(decide({ state: next, receipt: RECEIPT }, [HELD], [SENT]).kind, "fetch_backup");
  });

  test("a node that concluded first still gets its confirmation, a cancelled recovery doesn't", () => {
    const late = decide({ state: afterConclusion(), receipt: RECEIPT }, [HELD], [SENT]);
    assert.deepEqual(late, { kind: "confirm_recovery", recovery_id: 7 });
    assert.deepEqual(decide({ receipt: RECEIPT }, [HELD], [SENT]), { kind: "wait", reason: "backed_up" });
  });
});
