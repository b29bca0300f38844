/** Many participants, more of them moved than are kept beside the stored list: what the wasm stores and shows must still be what the core says. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { encodeEvent } from "../src/interface/event-log.ts";
import { encodePanic } from "../src/interface/panic.ts";
import type { DomainPublicKey, Url } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import type { ParametersProposal } from "../src/protocol/state.ts";
import { compareState, compareViews } from "./model/compare-views.ts";
import {
  addCandidate,
  addDomains,
  allVote,
  domain,
  keyEventId,
  newParameters,
  proposal,
  reshare,
} from "./support/governance.ts";
import { signerKeyBytes, tlsKey } from "./support/keys.ts";
import {
  account,
  CONCLUDE,
  entry,
  initRunning,
  nodeInfo,
  parametersOf,
  type Scenario,
  scenario,
} from "./support/network.ts";
import { loadWasm, runWasm, type Storage } from "./support/wasm-contract.ts";

const NAMES = Array.from({ length: 70 }, (_, at) => `m${at}`);
const THRESHOLD = 42;

let code: Uint8Array;
before(async () => {
  code = await loadWasm();
});

test("behavior: 70 participants, ten of them moved, in Recovery, Resharing and after all but 42 left", () => {
  const { network, storage } = mirroredNetwork(NAMES, THRESHOLD);
  const move = (url: string): Command => ({ type: "update_participant_url", url: url as Url });
  network.accept("m65", "full", move("https://x.example/}],"), 1n);
  network.accept("m0", "full", move("https://y.example/[["), 1n);
  network.accept("m31", "full", move("https://z.example"), 1n);
  network.accept("m31", "full", move("https://z.example/again"), 1n);
  network.accept("m69", "full", addDomains(domain(2)));
  for (const name of ["m2", "m3", "m4", "m5"]) {
    network.accept(name, "full", move(`https://${name}.example/moved`), 1n);
  }
  for (const name of ["m32", "m64"]) {
    network.accept(name, `${name}-fresh`, entry(name, `${name} new`, `${name}-fresh`));
    compareState(code, storage(), network.world, network.height + 21);
    network.accept("m1", "full", newParameters(proposal(network, { threshold: THRESHOLD + 1 })));
    network.accept(name, `${name}-fresh`, CONCLUDE);
  }
  network.accept("m40", "m40-fresh", entry("m40", "m40 new", "m40-fresh"));
  network.height += 21;
  for (const name of ["m6", "m7"]) network.accept(name, "full", move(`https://${name}.example/moved`), 1n);
  const rest = reversed(proposal(network, { leave: NAMES.slice(0, 28), threshold: THRESHOLD }));
  const stay = NAMES.slice(28);
  for (const name of stay) network.accept(name, "full", newParameters(rest));
  assert.equal(network.kind(), "Resharing");
  for (const id of [keyEventId(5, 0, 0), keyEventId(5, 1, 0)]) {
    network.accept("m28", nodeKey("m28"), { type: "start_reshare_instance", key_event_id: id });
    for (const name of stay) network.accept(name, nodeKey(name), { type: "vote_reshared", key_event_id: id });
  }
  assert.equal(network.kind(), "Running");
  compareViews(code, storage(), network.world, network.height);
  assert.equal(["R", "Q"].filter((key) => storage().has(key)).length, 1);
  assert.deepEqual(keysWith(storage(), "a:"), stay.map((name) => `a:${account(name)}`).sort());
});

test("behavior: the text that state answers is left, taken over from a Resharing or written anew, and stays right", () => {
  const names = Array.from({ length: 10 }, (_, at) => `m${at}`);
  const { network, storage } = mirroredNetwork(names, 6);
  const texts = () => ["R", "Q", "F"].filter((key) => storage().has(key)).join("");
  const resharing = (epoch: number, people: readonly string[], body: ParametersProposal, attempt: number) => {
    allVote(network, people, newParameters(body, epoch));
    assert.equal(network.kind(), "Resharing");
    if (attempt === 1) {
      const key_event_id = keyEventId(epoch, 0, 0);
      const [leader = ""] = people;
      network.accept(leader, `${leader}-node`, { type: "start_reshare_instance", key_event_id });
      network.accept(leader, `${leader}-node`, { type: "vote_abort_key_event_instance", key_event_id });
    }
    reshare(network, people, keyEventId(epoch, 0, attempt));
    for (const id of [1, 2]) reshare(network, people, keyEventId(epoch, id, 0));
    assert.equal(network.kind(), "Running");
  };
  const key_event_id = keyEventId(4, 2, 0);
  allVote(network, names, addDomains(domain(2, "Frost")));
  network.accept("m0", "m0-node", { type: "start_keygen_instance", key_event_id });
  const public_key = tlsKey("the third domain") as string as DomainPublicKey;
  for (const name of names)
    network.accept(name, `${name}-node`, { type: "vote_pk", key_event_id, public_key });
  assert.equal(texts(), "RF");

  addCandidate(network, "new");
  const second = [...names.slice(0, 9), "new"];
  const one = proposal(network, { leave: ["m9"], join: ["new"], threshold: 7, thresholds: { 1: 3 } });
  resharing(5, second, one, 0);
  assert.equal(texts(), "Q");

  resharing(6, second, proposal(network, { threshold: 6 }), 1);
  assert.equal(texts(), "RF");

  for (const name of second.slice(0, 9)) {
    assert.equal(texts(), "RF");
    const url = `https://${name}.example/moved` as Url;
    network.accept(name, "full", { type: "update_participant_url", url }, 1n);
  }
  assert.equal(texts(), "Q");

  const away = second.slice(1);
  allVote(network, away, newParameters(proposal(network, { leave: ["m0"], threshold: 6 }), 7));
  assert.equal(texts(), "RQ");
  for (const name of away.slice(0, 6)) network.accept(name, "full", { type: "vote_cancel_resharing" });
  assert.equal(network.kind(), "Running");
  assert.equal(texts(), "Q");
  compareViews(code, storage(), network.world, network.height);
});

function mirroredNetwork(
  names: readonly string[],
  threshold: number,
): { network: Scenario; storage: () => Storage } {
  const network = scenario();
  let storage: Storage = new Map();
  const { call } = network;
  network.call = (name, signerLabel, command, depositYocto = 0n) => {
    const step = call(name, signerLabel, command, depositYocto);
    const { type: method, ...args } = command;
    const inWasm = runWasm(code, storage, {
      method,
      input: JSON.stringify(args),
      caller: account(name),
      signerKey: signerKeyBytes(signerLabel),
      height: network.height,
      depositYocto,
    });
    assert.equal(inWasm.panic, step.result.ok ? null : encodePanic(step.result.error));
    assert.deepEqual(inWasm.outcome.logs, step.result.ok ? step.result.value.events.map(encodeEvent) : []);
    storage = inWasm.storage;
    compareState(code, storage, step.world, network.height);
    const holders = [...step.world.tlsKeys].map(([key]) => `t:${key}`).sort();
    assert.deepEqual(keysWith(storage, "t:"), holders);
    return step;
  };
  network.accept("mpc", "owner", { ...initRunning(), parameters: parametersOf(names, threshold) });
  for (const name of names) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  return { network, storage: () => storage };
}

function nodeKey(name: string): string {
  return ["m32", "m64"].includes(name) ? `${name}-fresh` : `${name}-node`;
}

/** Proposals may list participants in another order, so that none keeps its place. */
function reversed({ parameters, per_domain_thresholds }: ParametersProposal): ParametersProposal {
  const { participants, next_id } = parameters.participants;
  return {
    parameters: { ...parameters, participants: { next_id, participants: [...participants].reverse() } },
    per_domain_thresholds,
  };
}

function keysWith(storage: Storage, prefix: string): string[] {
  return [...storage.keys()].filter((key) => key.startsWith(prefix)).sort();
}
