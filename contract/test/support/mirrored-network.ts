import assert from "node:assert/strict";
import { encodeEvent } from "../../src/interface/event-log.ts";
import { encodePanic } from "../../src/interface/panic.ts";
import type { Command } from "../../src/protocol/commands.ts";
import { compareViews } from "../model/compare-views.ts";
import { signerKeyBytes } from "./keys.ts";
import { account, initRunning, nodeInfo, type Scenario, scenario } from "./network.ts";
import { runWasm, type Storage, type WasmStep } from "./wasm-contract.ts";

/** The storage of the wasm, and what its last call did. */
export type Mirrored = Scenario & { readonly code: Uint8Array; storage: Storage; last: WasmStep | null };

/** A running network whose every call also runs in the wasm and must do the same there. */
export function mirrored(code: Uint8Array): Mirrored {
  const network: Mirrored = Object.assign(scenario(), {
    code,
    storage: new Map() as Storage,
    last: null,
  });
  const { call } = network;
  network.call = (name, signerLabel, command, depositYocto = 0n) => {
    const step = call(name, signerLabel, command, depositYocto);
    const { result } = step;
    const inWasm = runOnWasm(network, name, signerLabel, command, depositYocto);
    network.last = inWasm;
    assert.equal(inWasm.panic, result.ok ? null : encodePanic(result.error));
    const { events, statements = [], returns, transfers = [] } = result.ok ? result.value : NOTHING;
    assert.deepEqual(inWasm.outcome.logs, [...events, ...statements].map(encodeEvent));
    assert.equal(inWasm.answer || null, returns === undefined ? null : JSON.stringify(returns));
    assert.deepEqual(
      inWasm.outcome.receipts.map(({ receiverId, actions: [sent] }) => [
        receiverId,
        sent?.kind === "Transfer" ? sent.depositYocto : sent?.kind,
      ]),
      transfers.map(({ account_id, amountYocto }) => [account_id, amountYocto]),
    );
    if (events.length === 0) assert.equal(inWasm.outcome.storageChanges.size, 0);
    if (result.ok) network.storage = inWasm.storage;
    compareViews(code, network.storage, step.world, network.height);
    return step;
  };
  network.accept("mpc", "owner", initRunning());
  for (const name of ["a", "b", "c"]) network.accept(name, `${name}-node`, nodeInfo(name, `${name}-node`));
  return network;
}

const NOTHING: { events: []; statements?: []; returns?: unknown; transfers?: [] } = { events: [] };

/** The call in the wasm alone; keeps nothing. */
export function runOnWasm(
  { code, storage, height }: Mirrored,
  name: string,
  signerLabel: string,
  command: Command,
  depositYocto: bigint,
): WasmStep {
  const { type: method, ...args } = command;
  const signerKey = signerKeyBytes(signerLabel);
  const input = JSON.stringify(args);
  return runWasm(code, storage, { method, input, caller: account(name), signerKey, height, depositYocto });
}
