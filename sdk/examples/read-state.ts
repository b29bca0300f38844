/**
 * Reads the contract: which state it is in, who takes part, and whose backup is fresh. Needs no keys.
 *
 * NEAR_RPC=http://127.0.0.1:3030 MPC_CONTRACT=mpc.near node --import tsx sdk/examples/read-state.ts
 */
import { backupReceipt, createRpcReader, keysetHash, state } from "mpc-recovery";

const { NEAR_RPC = "http://127.0.0.1:3030", MPC_CONTRACT = "mpc.near" } = process.env;
const reader = createRpcReader({ endpoint: { url: NEAR_RPC }, contractId: MPC_CONTRACT });

const { value, blockHeight, blockHash } = await state(reader);
console.log(`${value.kind} at block ${blockHeight}`);
if (value.kind === "Running") {
  const { participants } = value.parameters.participants;
  console.log(`${participants.length} participants, threshold ${value.parameters.threshold}`);
  for (const [account_id, id, { url }] of participants) {
    // Everything at the same block, so that the parts fit together.
    const receipt = await backupReceipt(reader, { account_id }, { at: { hash: blockHash } });
    const isFresh = receipt.value?.keyset_hash === keysetHash(value.keyset);
    console.log(`${id} ${account_id} ${url} ${isFresh ? "backup is fresh" : "no fresh backup"}`);
  }
}
