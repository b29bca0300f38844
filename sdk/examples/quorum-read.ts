/**
 * Reads what moves secrets: two endpoints of different operators must agree on one recent final block, else nothing.
 *
 * NEAR_RPC=https://one.example NEAR_RPC_2=https://other.example MPC_CONTRACT=mpc.near node --import tsx sdk/examples/quorum-read.ts
 */
import { createProvenReader, ProofError, provenViews } from "mpc-recovery";

const { NEAR_RPC = "", NEAR_RPC_2 = "", MPC_CONTRACT = "mpc.near" } = process.env;
const endpoints = [{ url: NEAR_RPC }, { url: NEAR_RPC_2 }];
const reader = createProvenReader({
  contractId: MPC_CONTRACT,
  trust: { kind: "quorum", endpoints, mustAgree: 2 },
});

try {
  const { values, proven } = await provenViews(reader, { state: {}, recovery_info: {} });
  console.log(`${values.state.kind}, proven at block ${proven.blockHeight}`);
  if (values.recovery_info !== null) console.log(`recovering: ${values.recovery_info.recovering.account_id}`);
} catch (error) {
  if (!(error instanceof ProofError)) throw error;
  // Not proven: nothing that depends on it may happen.
  console.log(`refused: ${error.code}`);
}
