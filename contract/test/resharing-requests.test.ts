/** Who signs while the keys move to other participants, on the core and on the wasm. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decodePanic } from "../src/interface/panic.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { RequestId } from "../src/protocol/requests/signature-request.ts";
import {
  addCandidate,
  allVote,
  keyEventId,
  NEAR,
  newParameters,
  proposal,
  reshare,
} from "./support/governance.ts";
import { signerKeyBytes } from "./support/keys.ts";
import { CANCEL, CONCLUDE, entry, nodeInfo, type Scenario } from "./support/network.ts";
import {
  ECDSA,
  EDDSA,
  HONEST_MAJORITY_ECDSA,
  initSigning,
  requestOf,
  respondCall,
  signCall,
  signingNetwork,
} from "./support/requests.ts";
import { loadWasm, runWasm, type Storage, type WasmCall, type WasmStep } from "./support/wasm-contract.ts";

const DOMAINS = [0, 1, 2, 3, 4, 5];
const JOINED = ["a", "b", "d"];
const waiting = (network: Scenario): readonly RequestId[] => network.world.queue.ids;
const answer = (domain: number, path?: string): Command =>
  respondCall(requestOf("x", signCall(domain, path)));

/** c is to leave and d to join. */
function proposeResharing(network: Scenario): void {
  addCandidate(network, "d");
  const body = proposal(network, { leave: ["c"], join: ["d"], threshold: 2 });
  allVote(network, JOINED, newParameters(body));
}

function finishResharing(network: Scenario): void {
  for (const id of DOMAINS) reshare(network, JOINED, keyEventId(5, id, 0));
}

describe("requests and a Resharing", () => {
  test("behavior: the previous keyset's nodes answer what was asked before and during, the newcomer's not", () => {
    const network = signingNetwork();
    network.accept("x", "any", signCall(EDDSA, "before"), 1n);
    proposeResharing(network);
    assert.equal(network.kind(), "Resharing");
    network.accept("x", "any", signCall(EDDSA, "during"), 1n);
    network.accept("x", "any", signCall(ECDSA, "during"), 1n);
    network.refuse("d", "d-node", answer(EDDSA, "before"), "NOT_A_MEMBER");
    network.refuse("d", "d-node", answer(EDDSA, "during"), "NOT_A_MEMBER");
    assert.equal(waiting(network).length, 3);
    network.accept("c", "c-node", answer(EDDSA, "before"));
    reshare(network, JOINED, keyEventId(5, 0, 0));
    // Domain 0 has new shares, but the old keyset is in use until all domains have.
    network.refuse("d", "d-node", answer(ECDSA, "during"), "NOT_A_MEMBER");
    network.accept("c", "c-node", answer(ECDSA, "during"));
    network.accept("a", "a-node", answer(EDDSA, "during"));
    assert.deepEqual(waiting(network), []);
  });

  test("behavior: once it is done the newcomer answers what still waits, and who left no longer does", () => {
    const network = signingNetwork();
    network.accept("x", "any", signCall(EDDSA, "before"), 1n);
    proposeResharing(network);
    network.accept("x", "any", signCall(HONEST_MAJORITY_ECDSA, "during"), 1n);
    finishResharing(network);
    assert.equal(network.kind(), "Running");
    assert.equal(waiting(network).length, 2);
    network.refuse("c", "c-node", answer(EDDSA, "before"), "NOT_A_MEMBER");
    network.accept("d", "d-node", answer(EDDSA, "before"));
    network.accept("d", "d-node", answer(HONEST_MAJORITY_ECDSA, "during"));
    assert.deepEqual(waiting(network), []);
  });

  test("behavior: entering and leaving Recovery and Resharing, one after the other, loses no request", () => {
    const steps: readonly ((network: Scenario) => unknown)[] = [
      (network) => network.accept("b", "b-fresh", entry("b", "b2", "b-fresh")),
      (network) => network.accept("b", "owner", CANCEL, 1n),
      proposeResharing,
      (network) => {
        for (const name of ["a", "b"]) network.accept(name, "full", { type: "vote_cancel_resharing" });
      },
      (network) => network.accept("c", "c-fresh", entry("c", "c2", "c-fresh")),
      (network) => network.accept("c", "c-fresh", CONCLUDE),
    ];
    const network = signingNetwork();
    const kinds = steps.map((step, at) => {
      network.accept("x", "any", signCall(EDDSA, `${at}`), 1n);
      step(network);
      assert.equal(waiting(network).length, at + 1);
      return network.kind();
    });
    assert.deepEqual(kinds, ["Recovery", "Running", "Resharing", "Running", "Recovery", "Running"]);
    for (const at of steps.keys()) network.accept("a", "a-node", answer(EDDSA, `${at}`));
    assert.deepEqual(waiting(network), []);
  });
});

describe("requests and a Resharing on the wasm", () => {
  test("behavior: the previous keyset's node resumes what was asked before and during; the newcomer's is refused", async () => {
    const contract = wasmContract(await loadWasm());
    contract.accept("mpc", "owner", initSigning());
    for (const name of ["a", "b", "c"]) contract.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
    const before = contract.accept("x", "any", signCall(EDDSA, "before"), 1n);
    contract.accept(
      "d",
      "full",
      { type: "storage_deposit", account_id: null, registration_only: null },
      NEAR,
    );
    contract.accept("d", "d-node", nodeInfo("d", "d-node"));
    const body = proposal(signingNetwork(), { leave: ["c"], join: ["d"], threshold: 2 });
    for (const name of JOINED) contract.accept(name, "full", newParameters(body));
    const during = contract.accept("x", "any", signCall(EDDSA, "during"), 1n);
    for (const [path, asked] of [
      ["before", before],
      ["during", during],
    ] as const) {
      assert.equal(contract.refuse("d", "d-node", answer(EDDSA, path)), "NOT_A_MEMBER");
      const { outcome } = contract.accept("c", "c-node", answer(EDDSA, path));
      const made = asked.outcome.receipts[0]?.yieldDataId;
      assert.deepEqual(
        outcome.resumedYields.map(({ dataId }) => Buffer.from(dataId)),
        [Buffer.from(made ?? [])],
      );
    }
    contract.accept("x", "any", signCall(EDDSA, "to the end"), 1n);
    for (const id of DOMAINS) {
      const key_event_id = keyEventId(5, id, 0);
      contract.accept("a", "a-node", { type: "start_reshare_instance", key_event_id });
      for (const name of JOINED)
        contract.accept(name, `${name}-node`, { type: "vote_reshared", key_event_id });
    }
    assert.equal(contract.refuse("c", "c-node", answer(EDDSA, "to the end")), "NOT_A_MEMBER");
    const { outcome } = contract.accept("d", "d-node", answer(EDDSA, "to the end"));
    assert.equal(outcome.resumedYields.length, 1);
  });
});

/** The contract with its storage, called block by block. */
function wasmContract(code: Uint8Array) {
  let storage: Storage = new Map();
  let height = 100;
  const call = (name: string, key: string, { type, ...args }: Command, depositYocto = 0n): WasmStep => {
    height += 1;
    const made: WasmCall = {
      method: type,
      input: JSON.stringify(args),
      caller: `${name}.near`,
      signerKey: signerKeyBytes(key),
      height,
      depositYocto,
    };
    return runWasm(code, storage, made);
  };
  return {
    accept(...parts: Parameters<typeof call>): WasmStep {
      const step = call(...parts);
      assert.equal(step.panic, null);
      storage = step.storage;
      return step;
    },
    refuse(...parts: Parameters<typeof call>): string | undefined {
      const { panic, storage: after } = call(...parts);
      assert.deepEqual(after, storage);
      return decodePanic(panic ?? "")?.name;
    },
  };
}
