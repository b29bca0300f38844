import assert from "node:assert/strict";
import { test } from "node:test";
import { Near } from "near-kit";
import { Sandbox } from "near-kit/sandbox";
import { ensureSandbox } from "../../src/launcher/ensure-sandbox.ts";
import { nearKitClient } from "./near-kit-client.ts";
import { testScenarios } from "./scenarios.ts";

testScenarios("near-kit 0.19", async () => nearKitClient(await startSandbox()));

test("near-kit 0.19: its other requests pass its schemas too", async (context) => {
  const sandbox = await startSandbox();
  context.after(() => sandbox.stop());
  const { id, secretKey } = sandbox.rootAccount;
  const near = new Near({
    network: sandbox,
    privateKey: secretKey as `ed25519:${string}`,
    defaultSignerId: id,
  });
  const sent = await near.transaction(id).transfer("near", "1 NEAR").send({ waitUntil: "FINAL" });
  const { hash } = sent.transaction!;
  const [receipt] = sent.transaction_outcome!.outcome.receipt_ids;
  assert.deepEqual(await near.rpc.receiptToTx(receipt!), { transaction_hash: hash, sender_account_id: id });
  const status = await near.getTransactionStatus(hash, id, "FINAL");
  assert.equal(status.final_execution_status, "FINAL");
  assert.equal((await near.getStatus()).chain_id, "localnet");
  assert.equal((await near.rpc.getGasPrice()).gas_price, "100000000");
  assert.equal((await near.rpc.genesisConfig()).chain_id, "localnet");
  assert.equal((await near.getAccessKeys(id)).keys.length, 1);
});

/** Not detached, so that it ends with this process whatever happens. */
function startSandbox(): Promise<Sandbox> {
  return Sandbox.start({ binaryPath: ensureSandbox(), detached: false });
}
