/** A running network in the wasm's storage. */
import assert from "node:assert/strict";
import type { Command } from "../../src/protocol/commands.ts";
import { signerKeyBytes } from "../support/keys.ts";
import { initRunning, nodeInfo } from "../support/network.ts";
import { loadWasm, runWasm, type Storage } from "../support/wasm-contract.ts";

export async function startedNetwork(): Promise<{ readonly wasm: Uint8Array; readonly storage: Storage }> {
  const wasm = await loadWasm();
  const call = (storage: Storage, caller: string, { type, ...args }: Command): Storage => {
    const input = JSON.stringify(args);
    const step = runWasm(wasm, storage, {
      method: type,
      input,
      caller,
      signerKey: signerKeyBytes("a-node"),
      height: 100,
    });
    assert.equal(step.panic, null);
    return step.storage;
  };
  const storage = call(call(new Map(), "mpc.near", initRunning()), "a.near", nodeInfo("a", "a-node"));
  return { wasm, storage };
}
