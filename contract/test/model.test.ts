import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AccountId, BlockHeight, TlsPublicKey } from "../src/protocol/brand.ts";
import { EDGES } from "../src/protocol/edges.ts";
import type { ErrorCode } from "../src/protocol/errors.ts";
import { normalize } from "../src/protocol/normalize.ts";
import { findParticipant, membersOf } from "../src/protocol/rules/members.ts";
import { heldTlsKeys } from "../src/protocol/rules/tls-keys.ts";
import type { ProtocolState, RunningState } from "../src/protocol/state.ts";
import { signerKey } from "./support/keys.ts";
import { account } from "./support/network.ts";
import { type TraceCall, trace } from "./support/traces.ts";
import { EMPTY_WORLD, type Step, step, type World } from "./support/world.ts";

const RUNS = 2000;
const LENGTH = 60;

const EDGES_OF_THIS_STAGE = [
  "NotInitialized init_running Running",
  "Running submit_participant_recovery_info Recovery",
  "Recovery submit_participant_recovery_info Recovery",
  "Recovery conclude_recovery Running",
  "Recovery cancel_recovery Running",
  "Recovery expiry Running",
  "Running approve_recovery Running",
  "Recovery approve_recovery Recovery",
  "Recovery confirm_recovery Recovery",
  "Running confirm_recovery Running",
  "Running submit_participant_info Running",
  "Recovery submit_participant_info Recovery",
  "Running register_backup_service Running",
  "Recovery register_backup_service Recovery",
  "Running confirm_backup Running",
  "Recovery confirm_backup Recovery",
];

const CODES_OF_RANDOM_CALLS: readonly ErrorCode[] = [
  "NOT_A_MEMBER",
  "UNEXPECTED_STATE",
  "DEPOSIT_REQUIRED",
  "USE_RECOVERY",
  "USE_UPDATE_URL",
  "TLS_KEY_TAKEN",
  "KEY_ROLE_CONFLICT",
  "INVALID_TLS_KEY_PROOF",
  "WRONG_SIGNER_KEY",
  "APPROVAL_REQUIRED",
  "RECOVERY_LIMIT_REACHED",
  "RECOVERY_COOLDOWN",
  "NOT_RECOVERING",
  "RECOVERY_ID_REQUIRED",
  "RECOVERY_ID_MISMATCH",
  "EPOCH_MISMATCH",
  "KEYSET_MISMATCH",
  "ATTESTATION_REQUIRED",
  "DEV_ATTESTATION_NOT_ALLOWED",
  "NO_BACKUP_SERVICE",
  "RECEIPT_NOT_CURRENT",
];

const SEED = Math.floor(Math.random() * 2 ** 31);

test(`random calls by anyone keep every promise of the protocol (${RUNS} sequences, seed ${SEED})`, () => {
  const edges = new Set<string>();
  const codes = new Set<string>();
  fc.assert(
    fc.property(trace(LENGTH), (calls) => checkTrace(calls, edges, codes)),
    { numRuns: RUNS, seed: SEED },
  );
  const known = EDGES.map((edge) => edge.join(" "));
  for (const edge of edges) assert.ok(known.includes(edge), `${edge} is not in EDGES`);
  for (const edge of EDGES_OF_THIS_STAGE) assert.ok(edges.has(edge), `${edge} was never taken`);
  for (const code of CODES_OF_RANDOM_CALLS) assert.ok(codes.has(code), `${code} was never met`);
});

function checkTrace(calls: readonly TraceCall[], edges: Set<string>, codes: Set<string>): void {
  let world = EMPTY_WORLD;
  let model: Model = { kind: "NotInitialized", concluded: 0, started: 0 };
  let height = 100;
  for (const call of calls) {
    height += call.wait;
    const { result, world: next } = run(world, call, height);
    if (!result.ok) {
      codes.add(result.error.name);
      continue;
    }
    const events = result.value.events.map(({ event }) => event);
    model = events.reduce((current, event) => follow(current, event, call.name), model);
    collectEdges(edges, world, next, call, events, height);
    checkModel(model, next);
    checkStep(world, next);
    checkTlsKeys(next);
    world = next;
  }
  const later = normalize(world.state, (height + 1000) as BlockHeight);
  assert.ok(later.kind === "Running", "the passing of blocks leads back to Running");
}

/** What a watcher of the events alone would believe. */
interface Model {
  readonly kind: "NotInitialized" | "Running" | "Recovery";
  readonly recovering?: string;
  readonly concluded: number;
  readonly started: number;
}

function follow(model: Model, event: string, name: string): Model {
  switch (event) {
    case "initialized":
      return { ...model, kind: "Running" };
    case "recovery_started":
      assert.equal(model.kind, "Running");
      return { ...model, kind: "Recovery", recovering: name, started: model.started + 1 };
    case "recovery_replaced":
      assert.deepEqual([model.kind, model.recovering], ["Recovery", name]);
      return { ...model, started: model.started + 1 };
    case "recovery_concluded":
      assert.deepEqual([model.kind, model.recovering], ["Recovery", name]);
      return { ...model, kind: "Running", concluded: model.concluded + 1 };
    case "recovery_cancelled":
    case "recovery_expired":
      assert.equal(model.kind, "Recovery");
      return { ...model, kind: "Running" };
    default:
      return model;
  }
}

function checkModel(model: Model, world: World): void {
  assert.equal(world.state.kind, model.kind);
  assert.equal(world.counters.next_recovery_id, model.started);
  if (world.state.kind === "Recovery") {
    assert.equal(world.state.recovering.account_id, account(model.recovering ?? ""));
  }
  assert.equal(runningPart(world.state)?.participants_revision ?? 0, model.concluded);
}

function run(world: World, call: TraceCall, height: number): Step {
  return step(world, {
    command: call.command,
    caller: account(call.name),
    signerKey: signerKey(call.signer),
    height,
    depositYocto: call.depositYocto,
  });
}

function collectEdges(
  edges: Set<string>,
  before: World,
  after: World,
  call: TraceCall,
  events: readonly string[],
  height: number,
): void {
  if (events.length === 0) return;
  const from = normalize(before.state, height as BlockHeight).kind;
  if (events[0] === "recovery_expired") edges.add("Recovery expiry Running");
  edges.add(`${from} ${call.command.type} ${after.state.kind}`);
}

/** Who takes part, under which ids and with which keys, changes in no way but the recovering account's info. */
function checkStep(before: World, after: World): void {
  const [old, now] = [runningPart(before.state), runningPart(after.state)];
  if (!old || !now) return;
  assert.deepEqual(
    now.parameters.participants.participants.map(([name, id]) => [name, id]),
    old.parameters.participants.participants.map(([name, id]) => [name, id]),
  );
  assert.deepEqual(now.keyset, old.keyset);
  assert.deepEqual(now.domains, old.domains);
  assert.equal(now.parameters.threshold, old.parameters.threshold);
  for (const [name, record] of after.records) {
    assert.ok(findParticipant(now.parameters.participants, name), `${name} is no member but has a record`);
    assert.ok(record.retired_keys.length <= 16 && record.entries.length <= 3);
    checkRoles(name, after);
  }
}

function checkRoles(name: AccountId, { records, state }: World): void {
  const record = records.get(name);
  const recovering =
    state.kind === "Recovery" && state.recovering.account_id === name
      ? state.recovering.signer_account_pk
      : null;
  const keys = [record?.node_key, record?.backup_service?.signer_account_pk, recovering].filter(Boolean);
  assert.equal(new Set(keys).size, keys.length, "node, service and recovering keys differ pairwise");
}

/** The map of TLS keys is what the parts say, and no key has two holders or two roles. */
function checkTlsKeys({ state, records, tlsKeys }: World): void {
  if (state.kind === "NotInitialized") return;
  const expected = new Map<TlsPublicKey, AccountId>();
  for (const member of membersOf(state).participants) {
    for (const key of heldTlsKeys(member[0], state, member, records.get(member[0]))) {
      assert.ok(!expected.has(key), `${key} is held twice`);
      expected.set(key, member[0]);
    }
  }
  assert.deepEqual(new Map([...tlsKeys].sort()), new Map([...expected].sort()));
}

function runningPart(state: ProtocolState): RunningState | null {
  if (state.kind === "Running") return state;
  return state.kind === "Recovery" ? state.previous_running_state : null;
}
