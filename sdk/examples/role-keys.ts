/**
 * Gives a node and a backup service their access keys: each may call the methods of its role and nothing else. The
 * full-access key signs this once and stays with the operator.
 *
 * NEAR_RPC=… MPC_CONTRACT=… KEY_FILE=owner.json NODE_KEY=ed25519:… SERVICE_KEY=ed25519:… node --import tsx sdk/examples/role-keys.ts
 */
import { addRoleKeyAction, readKeyFile, roleMethods, secretKeyText } from "mpc-recovery";
import { Account, JsonRpcProvider, KeyPairSigner, type KeyPairString } from "near-api-js";

const { NEAR_RPC = "", MPC_CONTRACT = "", KEY_FILE = "", NODE_KEY = "", SERVICE_KEY = "" } = process.env;
const { accountId = "", keyPair } = await readKeyFile(KEY_FILE);
const signer = KeyPairSigner.fromSecretKey(secretKeyText(keyPair) as KeyPairString);
const owner = new Account(accountId, new JsonRpcProvider({ url: NEAR_RPC }), signer);
const allowanceYocto = 10n ** 24n;
await owner.signAndSendTransaction({
  receiverId: accountId,
  actions: [
    addRoleKeyAction({ contractId: MPC_CONTRACT, role: "node", publicKey: NODE_KEY, allowanceYocto }),
    addRoleKeyAction({
      contractId: MPC_CONTRACT,
      role: "backup_service",
      publicKey: SERVICE_KEY,
      allowanceYocto,
    }),
  ],
  waitUntil: "FINAL",
});
console.log(`node: ${roleMethods("node").join(" ")}`);
console.log(`backup service: ${roleMethods("backup_service").join(" ")}`);
