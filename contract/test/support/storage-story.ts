/** What lies in storage at the turns of a fixed story: a change of the layout shows as a difference of this text. */
import assert from "node:assert/strict";
import { encodeProposeUpdate } from "../../src/interface/propose-update.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { updateCostYocto } from "../../src/protocol/rules/updates.ts";
import {
  addCandidate,
  addDomains,
  allVote,
  domain,
  ephemeralKey,
  NEAR,
  newParameters,
  proposal,
} from "./governance.ts";
import { sha256Hex, signerKeyBytes } from "./keys.ts";
import {
  account,
  approval,
  entry,
  initRunning,
  nodeInfo,
  type Scenario,
  scenario,
  service,
} from "./network.ts";
import {
  handover,
  proposeHash,
  revokeHash,
  seedBackup,
  shareKey,
  voteHash,
  votePolicy,
} from "./transparency.ts";
import { runWasm, type Storage } from "./wasm-contract.ts";

const CODE = "code";

/** Every key with its value, after each turn of the story; the same text for the same sources. */
export function storageSnapshot(wasm: Uint8Array): string {
  const network = Object.assign(scenario(), { storage: new Map() as Storage });
  mirror(network, wasm);
  const turns: string[] = [];
  const turn = (name: string): void => {
    turns.push(`## ${name}\n${linesOf(network.storage).join("\n")}\n`);
  };
  start(network);
  turn("Running");
  vote(network);
  turn("Running, with votes, a candidate and an update");
  keepSeeds(network);
  turn("Running, with programs, share keys, a seed backup and a handover");
  network.accept("b", "b-fresh", entry("b", "b2", "b-fresh"));
  turn("Recovery");
  allVote(network, ["a", "b", "c", "d"], newParameters(proposal(network, { join: ["d"], threshold: 3 })));
  turn("Resharing");
  allVote(network, ["a", "b"], { type: "vote_cancel_resharing" });
  // The vote of c stood through all of it.
  allVote(network, ["a", "b"], addDomains(domain(2)));
  turn("Initializing");
  return turns.join("\n");
}

type Mirrored = Scenario & { storage: Storage };

/** Every call of the scenario also runs in the wasm. */
function mirror(network: Mirrored, wasm: Uint8Array): void {
  const { call } = network;
  network.call = (name, signerLabel, command, depositYocto = 0n) => {
    const step = call(name, signerLabel, command, depositYocto);
    const { type, ...args } = command;
    const code = Buffer.from(CODE);
    const isUpdate = command.type === "propose_update";
    const { panic, storage } = runWasm(wasm, network.storage, {
      method: type,
      input: isUpdate ? encodeProposeUpdate({ code, config: command.config }) : JSON.stringify(args),
      caller: account(name),
      signerKey: signerKeyBytes(signerLabel),
      height: network.height,
      depositYocto,
    });
    assert.equal(panic, null);
    network.storage = storage;
    return step;
  };
}

function start(network: Scenario): void {
  network.accept("mpc", "owner", initRunning());
  for (const name of ["a", "b", "c"]) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  network.accept("a", "a-service", service("a", "a-service", "a-service"));
  network.accept("a", "a-service", ephemeralKey("a", "backup_service", "backup", 1, "a-service"));
  network.accept("a", "full", approval("a2", "a-fresh"), 1n);
}

function vote(network: Scenario): void {
  addCandidate(network, "d");
  network.accept("a", "full", newParameters(proposal(network, { join: ["d"], threshold: 3 })));
  network.accept("c", "full", addDomains(domain(2)));
  const update: Command = {
    type: "propose_update",
    code_sha256: sha256Hex(CODE) as never,
    code_bytes: CODE.length,
    config: null,
  };
  network.accept("a", "full", update, updateCostYocto(CODE.length));
  network.accept("b", "full", { type: "vote_update", id: 0 as never });
}

function keepSeeds(network: Scenario): void {
  for (const label of ["v1", "v2"]) network.accept("a", "full", proposeHash(label));
  network.accept("b", "full", proposeHash("v1"));
  allVote(network, ["a", "b"], voteHash("v1"));
  network.accept("c", "full", voteHash("v2"));
  network.accept("c", "full", revokeHash("v1"));
  network.accept("c", "full", votePolicy("shadow"));
  for (const name of ["b", "a"]) network.accept(name, "full", shareKey(name));
  network.accept("a", "full", seedBackup(1), NEAR);
  network.accept("c", "full", handover(1, "old", "new", 1000), NEAR);
}

function linesOf(storage: Storage): string[] {
  return [...storage.entries()]
    .map(([key, value]) => `${Buffer.from(key, "latin1").toString()} = ${printable(value)}`)
    .sort();
}

function printable(value: Uint8Array): string {
  return JSON.stringify(Buffer.from(value).toString("latin1")).slice(1, -1).replaceAll('\\"', '"');
}
