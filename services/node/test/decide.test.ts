import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { keysetHash } from "../../keyshare/keyset-hash.ts";
import { sampleKeyset } from "../../keyshare/test/samples.ts";
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
import { decideNode, type NodeAction, type NodeSituation } from "../decide.ts";
import { type NodeEntry, nodeMemory } from "../memory.ts";

const KEYSET = sampleKeyset(4);
const HASH = keysetHash(KEYSET);
const RECEIPT = receipt(4, HASH);

const machine = (name: string) => ({ ...info(name), signer_public_key: `ed25519:signer-${name}` });
const remembered = (name: string, ...types: ("listed" | "recovery_seen" | "decommissioned")[]) => {
  const tls_public_key = info(name).tls_public_key;
  const entries = types.map((type): NodeEntry => {
    if (type === "recovery_seen") return { type, tls_public_key, recovery_id: 7, height: 1 };
    return { type, tls_public_key, height: 1 };
  });
  return nodeMemory(entries, tls_public_key);
};

/** The registered machine `a`, seen as listed before, with its shares. */
function decideOld(changes: Partial<NodeSituation> = {}): NodeAction {
  const old = { own: machine("a"), held: [HASH], memory: remembered("a", "listed") };
  return decideNode({ account_id: "a.near", view: view(), acceptMissingBackup: false, ...old, ...changes });
}

/** The replacement machine `new`, just made, with nothing. */
function decideNew(changes: Partial<NodeSituation> = {}): NodeAction {
  const fresh = { own: machine("new"), held: [], memory: remembered("new") };
  const seen = view({ receipt: RECEIPT });
  return decideNode({ account_id: "a.near", view: seen, acceptMissingBackup: false, ...fresh, ...changes });
}

const codeOf = (action: NodeAction) =>
  action.kind === "refuse" || action.kind === "blocked" ? `${action.kind} ${action.code}` : action.kind;

describe("behavior: onboarding", () => {
  test("not a participant: submit its info, then wait for a Resharing", () => {
    const outside = { account_id: "z.near", own: machine("z"), memory: remembered("z") };
    const submit = { kind: "submit_participant_info", because: "candidate" };
    assert.deepEqual(decideNew({ ...outside, view: view({ node_key: null }) }), submit);
    const recorded = view({ node_key: machine("z").signer_public_key as never, candidate_info: info("z") });
    assert.deepEqual(decideNew({ ...outside, view: recorded }), {
      kind: "wait",
      reason: "candidate_recorded",
    });
    const unpaid = view({ node_key: null, needs_storage_deposit: true });
    assert.equal(codeOf(decideNew({ ...outside, view: unpaid })), "blocked STORAGE_DEPOSIT_MISSING");
    const changed = view({ node_key: machine("z").signer_public_key as never, candidate_info: info("y") });
    assert.deepEqual(decideNew({ ...outside, view: changed }), submit);
    const joining = resharing([...participants(), ["z.near", 3, info("z")] as never]);
    assert.deepEqual(decideNew({ ...outside, view: view({ state: joining }) }), {
      kind: "wait",
      reason: "joining",
    });
  });

  test("listed: remembered first, then the node key is recorded, then it serves", () => {
    assert.deepEqual(decideOld({ memory: remembered("a") }), { kind: "remember_listed" });
    const unrecorded = { kind: "submit_participant_info", because: "node_key_not_recorded" };
    assert.deepEqual(decideOld({ view: view({ node_key: null }) }), unrecorded);
    assert.deepEqual(decideOld(), { kind: "serve", recovering_account: null });
  });

  test("another key in Running, with a receipt for the current keyset: Recovery", () => {
    assert.deepEqual(decideNew(), { kind: "submit_recovery_info", because: "tls_key_differs" });
  });

  test("another key outside Running waits and submits nothing", () => {
    const wait = { kind: "wait", reason: "mismatch_outside_running" };
    assert.deepEqual(decideNew({ view: view({ state: resharing(), receipt: RECEIPT }) }), wait);
    const others = recovery({ account_id: "b.near" as never });
    assert.deepEqual(decideNew({ view: view({ state: others, receipt: RECEIPT }) }), wait);
  });

  test("without a receipt for the current keyset it refuses, unless the operator accepts that", () => {
    for (const missing of [null, receipt(3, keysetHash(sampleKeyset(3)))]) {
      const situation = { view: view({ receipt: missing }) };
      assert.equal(codeOf(decideNew(situation)), "refuse BACKUP_MISSING");
      assert.equal(decideNew({ ...situation, acceptMissingBackup: true }).kind, "submit_recovery_info");
    }
  });

  test("without any domain there is nothing to have backed up", () => {
    const state = running({ keyset: { epoch_id: 0 as never, domains: [] } });
    assert.equal(decideNew({ view: view({ state }) }).kind, "submit_recovery_info");
  });

  test("a machine that can't serve as it is says so and stays up", () => {
    const moved = { ...machine("a"), url: "https://elsewhere.example" };
    assert.equal(codeOf(decideOld({ own: moved })), "blocked USE_UPDATE_URL");
    const otherSigner = { ...machine("a"), signer_public_key: "ed25519:other" };
    assert.equal(codeOf(decideOld({ own: otherSigner })), "blocked NODE_KEY_DIFFERS");
    assert.equal(codeOf(decideOld({ held: [] })), "blocked KEYSHARES_MISSING");
    assert.equal(codeOf(decideOld({ held: [keysetHash(sampleKeyset(4, 1))] })), "blocked KEYSHARES_MISSING");
  });

  test("an unproven state moves nothing, not even standing down", () => {
    const proof = { kind: "unproven", reason: "one endpoint" } as const;
    assert.equal(codeOf(decideNew({ view: view({ proof, receipt: RECEIPT }) })), "blocked UNPROVEN_STATE");
    assert.equal(
      codeOf(decideOld({ view: view({ proof, state: afterConclusion() }) })),
      "blocked UNPROVEN_STATE",
    );
  });

  test("an uninitialized contract is waited for", () => {
    const uninitialized = view({ state: { kind: "NotInitialized" } });
    assert.deepEqual(decideNew({ view: uninitialized }), {
      kind: "wait",
      reason: "contract_not_initialized",
    });
  });
});

describe("behavior: endpoints that lag, or say so", () => {
  const seenAt = (height: number, ...types: NodeEntry["type"][]) => {
    const { tls_public_key } = info("new");
    const entries = types.map((type) => ({ type, tls_public_key, recovery_id: 7, height }) as NodeEntry);
    return nodeMemory(entries, tls_public_key);
  };

  test("a machine that just came back isn't stood down by a state from before its Recovery", () => {
    const memory = seenAt(201, "recovery_seen", "listed");
    const before = { view: view({ height: 200, receipt: RECEIPT }), held: [HASH], memory };
    assert.equal(codeOf(decideNew(before)), "blocked STATE_BEHIND");
    assert.equal(decideNew({ ...before, view: view({ height: 201, receipt: RECEIPT }) }).kind, "stand_down");
  });

  test("a machine in Recovery doesn't take a state from before its entry for a cancelled Recovery", () => {
    const memory = seenAt(201, "recovery_seen");
    const before = view({ height: 200, receipt: RECEIPT });
    assert.equal(codeOf(decideNew({ view: before, memory })), "blocked STATE_BEHIND");
  });

  test("it doesn't enter a second time before a view must show the first", () => {
    const memory = seenAt(200, "recovery_submitted");
    const wait = { kind: "wait", reason: "recovery_submitted" };
    assert.deepEqual(decideNew({ memory }), wait);
    assert.deepEqual(decideNew({ memory, view: view({ height: 399, receipt: RECEIPT }) }), wait);
    const late = decideNew({ memory, view: view({ height: 400, receipt: RECEIPT }) });
    assert.deepEqual(late, { kind: "submit_recovery_info", because: "tls_key_differs" });
  });
});

describe("behavior: the new machine in Recovery", () => {
  const recovering = {
    view: view({ state: recovery(), receipt: RECEIPT }),
    memory: remembered("new", "recovery_seen"),
  };

  test("remembers the recovery, awaits its shares, concludes", () => {
    const first = decideNew({ ...recovering, memory: remembered("new") });
    assert.deepEqual(first, { kind: "remember_recovery", recovery_id: 7 });
    const awaiting = { kind: "await_keyshares", recovery_id: 7, keyset_hash: HASH };
    assert.deepEqual(decideNew(recovering), awaiting);
    const stale = [keysetHash(sampleKeyset(3))];
    assert.deepEqual(decideNew({ ...recovering, held: stale }), awaiting);
    const conclude = { kind: "conclude_recovery", recovery_id: 7, keyset: KEYSET };
    assert.deepEqual(decideNew({ ...recovering, held: [HASH] }), conclude);
  });

  test("goes on as a full member once the contract lists it", () => {
    const node_key = machine("new").signer_public_key as never;
    const concluded = { view: view({ state: afterConclusion(), receipt: RECEIPT, node_key }), held: [HASH] };
    assert.deepEqual(decideNew({ ...concluded, memory: remembered("new", "recovery_seen") }), {
      kind: "remember_listed",
    });
    const serving = decideNew({ ...concluded, memory: remembered("new", "recovery_seen", "listed") });
    assert.deepEqual(serving, { kind: "serve", recovering_account: null });
  });

  test("corrects its URL by replacing the record", () => {
    const own = { ...machine("new"), url: "https://moved.example" };
    assert.deepEqual(decideNew({ ...recovering, own }), {
      kind: "submit_recovery_info",
      because: "url_changed",
    });
  });

  test("can't conclude with another NEAR key and says so", () => {
    const own = { ...machine("new"), signer_public_key: "ed25519:other" };
    assert.equal(codeOf(decideNew({ ...recovering, own, held: [HASH] })), "refuse RECOVERING_KEY_DIFFERS");
  });

  test("never re-enters by itself after a cancel or expiry", () => {
    const memory = remembered("new", "recovery_seen");
    assert.equal(codeOf(decideNew({ memory })), "refuse RECOVERY_ENDED");
    assert.equal(codeOf(decideNew({ memory, acceptMissingBackup: true })), "refuse RECOVERY_ENDED");
    assert.equal(decideNew({ memory, view: view({ state: resharing(), receipt: RECEIPT }) }).kind, "wait");
  });

  test("of two replacements the one that the contract doesn't name waits", () => {
    const own = machine("newer");
    const action = decideNew({ ...recovering, own, memory: remembered("newer") });
    assert.deepEqual(action, { kind: "wait", reason: "other_machine_recovering" });
  });
});

describe("behavior: the old machine", () => {
  test("leaves the p2p protocol while it is being replaced, and resumes after a cancel", () => {
    assert.deepEqual(decideOld({ view: view({ state: recovery() }) }), {
      kind: "being_replaced",
      recovery_id: 7,
    });
    assert.equal(decideOld({ view: view() }).kind, "serve");
    assert.equal(decideOld({ view: view({ state: resharing() }) }).kind, "serve");
  });

  test("stands down once the contract lists another machine, in any state, and stays down", () => {
    assert.equal(decideOld({ view: view({ state: afterConclusion() }) }).kind, "stand_down");
    const reshared = { ...resharing(), previous_running_state: afterConclusion() };
    assert.equal(decideOld({ view: view({ state: reshared }) }).kind, "stand_down");
    const again = {
      ...recovery({ prospective_info: info("newer") }),
      previous_running_state: afterConclusion(),
    };
    assert.equal(decideOld({ view: view({ state: again }) }).kind, "stand_down");
    const memory = remembered("a", "listed", "decommissioned");
    assert.equal(decideOld({ memory }).kind, "stand_down");
  });

  test("goes on during another account's Recovery, without that account", () => {
    const state = recovery({ account_id: "b.near" as never });
    assert.deepEqual(decideOld({ view: view({ state }) }), { kind: "serve", recovering_account: "b.near" });
  });

  test("what it remembered under its old key doesn't bind it after reactivation", () => {
    const { tls_public_key } = info("a");
    const entries: NodeEntry[] = [
      { type: "decommissioned", tls_public_key, height: 1 },
      { type: "listed", tls_public_key, height: 1 },
    ];
    assert.equal(
      decideNew({ memory: nodeMemory(entries, info("new").tls_public_key) }).kind,
      "submit_recovery_info",
    );
  });
});
