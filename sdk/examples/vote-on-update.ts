/**
 * Votes for a proposed update of code or settings, with an account's key file, and handles the refusals by code.
 *
 * NEAR_RPC=… MPC_CONTRACT=… KEY_FILE=a.near.json UPDATE_ID=0 node --import tsx sdk/examples/vote-on-update.ts
 */
import {
  createRpcReader,
  createSender,
  isRefusedWith,
  isRetryable,
  proposedUpdates,
  readKeyFile,
  voteUpdate,
} from "mpc-recovery";

const { NEAR_RPC = "", MPC_CONTRACT = "", KEY_FILE = "", UPDATE_ID = "0" } = process.env;
const endpoint = { url: NEAR_RPC };
const { accountId = "", keyPair } = await readKeyFile(KEY_FILE);
const caller = createSender({ endpoint, contractId: MPC_CONTRACT, accountId, keyPair });

try {
  const { transactionHash } = await voteUpdate(caller, { id: Number(UPDATE_ID) });
  console.log(`voted in ${transactionHash}`);
} catch (error) {
  if (isRefusedWith(error, "UNKNOWN_UPDATE")) {
    const reader = createRpcReader({ endpoint, contractId: MPC_CONTRACT });
    const open = (await proposedUpdates(reader)).value.map(({ id }) => id);
    console.log(`there is no update ${error.info.id}; open: ${open.join(", ") || "none"}`);
  } else if (isRetryable(error)) {
    console.log("not now; try again later");
  } else throw error;
}
