/** The stories of governance in core and wasm side by side: same states, events, answers and errors, to the byte. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { FunctionCallOutcome } from "../../sandbox/src/vm/interface.ts";
import * as answers from "../src/interface/answers.ts";
import { base58Decode } from "../src/interface/base58.ts";
import { encodeEvent } from "../src/interface/event-log.ts";
import { encodePanic } from "../src/interface/panic.ts";
import { encodeProposeUpdate } from "../src/interface/propose-update.ts";
import { encodeState } from "../src/interface/state-codec.ts";
import { storageBalance } from "../src/protocol/accounts/storage-balance.ts";
import type { BlockHeight, DomainPublicKey, Sha256Hex, Url } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { Outcome } from "../src/protocol/context.ts";
import { DEFAULT_CONFIG } from "../src/protocol/limits.ts";
import { normalize, settledRecord } from "../src/protocol/normalize.ts";
import {
  addCandidate,
  addDomains,
  allVote,
  domain,
  ephemeralKey,
  keyEventId,
  NEAR,
  newParameters,
  proposal,
  reshare,
  vote,
} from "./support/governance.ts";
import { sha256Hex, signerKeyBytes } from "./support/keys.ts";
import {
  account,
  CONCLUDE,
  entry,
  initRunning,
  KEYSET,
  nodeInfo,
  type Scenario,
  scenario,
  service,
} from "./support/network.ts";
import { loadWasm, runWasm, type Storage } from "./support/wasm-contract.ts";
import { CONTRACT, lookupOf, type World } from "./support/world.ts";

const CODE = "not a contract, but stored and sent like one";
const CODE_UPDATE: Command = {
  type: "propose_update",
  code_sha256: sha256Hex(CODE) as Sha256Hex,
  code_bytes: CODE.length,
  config: null,
};
const [SECP] = KEYSET.domains.map(({ key }) => key) as [DomainPublicKey];

let code: Uint8Array;
before(async () => {
  code = await loadWasm();
});

/** A running network whose every call also runs in the wasm and must do the same there. */
function mirrored(): Scenario & { storage: Storage } {
  const network = Object.assign(scenario(), { storage: new Map() as Storage });
  const { call } = network;
  network.call = (name, signerLabel, command, depositYocto = 0n) => {
    const step = call(name, signerLabel, command, depositYocto);
    const { result } = step;
    const inWasm = runWasm(code, network.storage, {
      method: command.type,
      input: inputOf(command),
      caller: account(name),
      signerKey: signerKeyBytes(signerLabel),
      height: network.height,
      depositYocto,
    });
    assert.equal(inWasm.panic, result.ok ? null : encodePanic(result.error));
    assert.deepEqual(inWasm.outcome.logs, result.ok ? result.value.events.map(encodeEvent) : []);
    const returns = result.ok ? result.value.returns : undefined;
    assert.equal(inWasm.answer || null, returns === undefined ? null : JSON.stringify(returns));
    assert.deepEqual(sentBy(inWasm.outcome), result.ok ? wantedBy(result.value) : []);
    if (result.ok) network.storage = inWasm.storage;
    compareViews(network.storage, step.world, network.height);
    return step;
  };
  network.accept("mpc", "owner", initRunning());
  for (const name of ["a", "b", "c"]) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  return network;
}

/** Receipts of a call as lines. */
function sentBy({ receipts }: FunctionCallOutcome): string[] {
  return receipts.flatMap(({ receiverId, actions }) =>
    actions.map((action) => {
      switch (action.kind) {
        case "Transfer":
          return `${receiverId} gets ${action.depositYocto}`;
        case "DeployContract":
          return `${receiverId} deploys ${Buffer.from(action.code).toString()}`;
        case "FunctionCall":
          return `${receiverId} calls ${action.methodName}`;
        default:
          return action.kind;
      }
    }),
  );
}

/** The same lines, as the core wants them. */
function wantedBy({ transfers, deploy }: Outcome): string[] {
  const paid = (transfers ?? []).map(({ account_id, amountYocto }) => `${account_id} gets ${amountYocto}`);
  return deploy === undefined ? paid : [...paid, `${CONTRACT} deploys ${CODE}`, `${CONTRACT} calls migrate`];
}

function inputOf(command: Command): string | Uint8Array {
  const { type, ...args } = command;
  if (command.type !== "propose_update") return JSON.stringify(args);
  return encodeProposeUpdate({
    code: command.code_sha256 === null ? null : Buffer.from(CODE),
    config: command.config,
  });
}

function compareViews(storage: Storage, world: World, height: number): void {
  const ask = (method: string, args: object = {}): string | null =>
    runWasm(code, storage, {
      method,
      input: JSON.stringify(args),
      caller: "viewer.near",
      signerKey: signerKeyBytes("viewer"),
      height,
      isView: true,
    }).answer;
  const at = height as BlockHeight;
  const state = normalize(world.state, at);
  assert.equal(ask("state"), JSON.stringify(encodeState(state, base58Decode)));
  assert.equal(ask("proposed_updates"), JSON.stringify(world.updates.proposals));
  const lookup = lookupOf(world);
  for (const name of ["a", "d"]) {
    const account_id = account(name);
    const record = settledRecord(world.state, account_id, { height: at, config: world.config, lookup });
    const slot = { role: "node", purpose: "backup" } as const;
    assert.equal(
      ask("participant_info", { account_id }),
      JSON.stringify(answers.participantInfo(account_id, lookup.member(account_id), record)),
    );
    assert.equal(ask("storage_balance_of", { account_id }), JSON.stringify(storageBalance(record)));
    assert.equal(
      ask("ephemeral_key", { account_id, ...slot }),
      JSON.stringify(answers.ephemeralKey(record, slot, at)),
    );
  }
}

test("key generation: votes, an expired attempt, two keys that differ, a domain, a cancellation", () => {
  const network = mirrored();
  network.accept("a", "full", newParameters(proposal(network, { threshold: 3 })));
  network.accept("c", "full", addDomains(domain(2)));
  allVote(network, ["a", "b", "c"], addDomains(domain(2), domain(3, "Frost")));
  const start = (domainId: number, attempt: number): Command => ({
    type: "start_keygen_instance",
    key_event_id: keyEventId(4, domainId, attempt),
  });
  const pk = (attempt: number, public_key: DomainPublicKey): Command => ({
    type: "vote_pk",
    key_event_id: keyEventId(4, 2, attempt),
    public_key,
  });
  network.accept("a", "a-node", start(2, 0));
  network.height += 31;
  network.refuse("b", "b-node", pk(0, SECP), "NO_ATTEMPT_RUNNING");
  network.accept("a", "a-node", start(2, 1));
  network.accept("b", "b-node", pk(1, SECP));
  const other = `secp256k1:${"2".repeat(64)}`;
  assert.ok(base58Decode(other.slice(10)));
  network.refuse("x", "b-node", pk(1, SECP), "NOT_A_MEMBER");
  network.accept("c", "c-node", { type: "vote_abort_key_event_instance", key_event_id: keyEventId(4, 2, 1) });
  network.accept("a", "a-node", start(2, 2));
  for (const name of ["a", "b", "c"]) network.accept(name, `${name}-node`, pk(2, SECP));
  network.accept("a", "a-node", start(3, 0));
  const cancel: Command = { type: "vote_cancel_keygen", next_domain_id: 4 as never };
  allVote(network, ["a", "b"], cancel);
  assert.equal(network.kind(), "Running");
});

test("resharing: a newcomer joins, a member leaves, a re-proposal, a cancellation", () => {
  const network = mirrored();
  addCandidate(network, "d");
  network.accept("d", "d-node", nodeInfo("d", "d-node"));
  const body = proposal(network, { join: ["d"], leave: ["c"], threshold: 2, thresholds: { "1": 2 } });
  allVote(network, ["a", "b"], newParameters(body));
  network.accept("c", "full", newParameters(proposal(network, { threshold: 3 })));
  network.accept("d", "full", newParameters(body));
  network.accept("d", "d-service", service("d", "d-service", "d-service"));
  network.accept("d", "d-node", ephemeralKey("d", "node", "backup", 1, "d"));
  network.accept("b", "full", { type: "vote_cancel_resharing" });
  network.accept("a", "full", newParameters(proposal(network, { threshold: 2 }), 6));
  network.accept("a", "full", { type: "vote_cancel_resharing" });
  assert.equal(network.kind(), "Running");
  allVote(network, ["a", "b", "d"], newParameters(body, 6));
  allVote(network, ["a", "b", "d"], newParameters(body, 7));
  reshare(network, ["a", "b", "d"], keyEventId(7, 0, 0));
  reshare(network, ["a", "b", "d"], keyEventId(7, 1, 0));
  assert.equal(network.kind(), "Running");
  const keys = [...network.storage.keys()].map((key) => Buffer.from(key, "latin1").toString());
  const values = [...network.storage.values()].map((bytes) => Buffer.from(bytes).toString());
  assert.ok(![...keys, ...values].some((text) => text.includes("c.near")), keys.join(" "));
});

test("Recovery: cancelled by vote, given way to a Resharing; a URL; candidates and their deposits", () => {
  const network = mirrored();
  network.accept("a", "full", { type: "update_participant_url", url: "https://new.example" as Url }, 1n);
  network.accept("b", "b-fresh", entry("b", "b2", "b-fresh"));
  network.accept("b", "b-fresh", ephemeralKey("b", "node", "recovery", 1, "b2"));
  const cancel: Command = { type: "vote_cancel_recovery", recovery_id: 0 as never };
  allVote(network, ["a", "c"], cancel);
  network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
  allVote(network, ["a", "b", "c"], newParameters(proposal(network, { threshold: 3 })));
  assert.equal(network.kind(), "Resharing");
  network.refuse("c", "c-fresh", CONCLUDE, "UNEXPECTED_STATE");
  addCandidate(network, "d");
  network.accept("d", "full", { type: "storage_withdraw", amount: null }, 1n);
  network.accept("d", "full", { type: "storage_unregister", force: true }, 1n);
});

test("updates: settings and code, with a Recovery and votes in flight", () => {
  const network = mirrored();
  network.accept("b", "full", addDomains(domain(2)));
  network.accept("c", "full", newParameters(proposal(network, { threshold: 3 })));
  network.accept("a", "a-fresh", entry("a", "a2", "a-fresh"));
  const config = { ...DEFAULT_CONFIG, network_id: "testnet", recovery_cooldown_blocks: 5 };
  const settings: Command = { type: "propose_update", code_sha256: null, code_bytes: 0, config };
  network.accept("a", "full", settings, NEAR);
  network.accept("b", "full", CODE_UPDATE, NEAR);
  allVote(network, ["a", "c"], vote(1));
  network.accept("b", "full", vote(0));
  network.accept("b", "full", { type: "remove_update_vote" });
  allVote(network, ["b", "c"], vote(0));
  network.accept("mpc", "owner", { type: "migrate" });
  assert.equal(network.kind(), "Recovery");
});

test("Recovery: `state()` shows URLs with brackets in them, old and new, as they are", () => {
  const network = mirrored();
  const url = "https://x.example/[{}],}]" as Url;
  network.accept("a", "full", { type: "update_participant_url", url }, 1n);
  network.accept("b", "full", { type: "update_participant_url", url }, 1n);
  const { participant_info, ...rest } = entry("a", "a2", "a-fresh");
  network.accept("a", "a-fresh", {
    ...rest,
    participant_info: { ...participant_info, url: `${url}]` as Url },
  });
  assert.equal(network.kind(), "Recovery");
  network.accept("a", "a-fresh", CONCLUDE);
});
