/**
 * Asks what a call would do before anybody makes it: here, whether a member may start voting for a new URL of its
 * own. The contract's own code runs on what its views show; nothing is sent.
 *
 * NEAR_RPC=… MPC_CONTRACT=… ACCOUNT=a.near SIGNER_KEY=ed25519:… node --import tsx sdk/examples/dry-run.ts
 */
import { createRpcReader, openDryRuns } from "mpc-recovery";

const { NEAR_RPC = "", MPC_CONTRACT = "", ACCOUNT = "", SIGNER_KEY = "" } = process.env;
const reader = createRpcReader({ endpoint: { url: NEAR_RPC }, contractId: MPC_CONTRACT });
const dryRuns = await openDryRuns({ reader, contractId: MPC_CONTRACT });
const who = { accountId: ACCOUNT, signerKey: SIGNER_KEY };

const moved = await dryRuns.foresee({
  ...who,
  method: "update_participant_url",
  args: { url: "https://moved.example" },
});
if (moved.kind === "changes") console.log(`would log: ${moved.events.map(({ event }) => event).join(", ")}`);

const concluded = await dryRuns.foresee({ ...who, method: "conclude_recovery", args: {} });
if (concluded.kind === "refused") console.log(`would be refused: ${concluded.error.message}`);
