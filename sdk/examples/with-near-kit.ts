/**
 * The same actions through near-kit: it signs and sends, the SDK writes arguments and reads answers. near-api-js and
 * near-workspaces have transports alike.
 *
 * NEAR_RPC=… MPC_CONTRACT=… KEY_FILE=a.near.json node --import tsx sdk/examples/with-near-kit.ts
 */
import { isRefusedWith, readKeyFile, removeUpdateVote, secretKeyText, state } from "mpc-recovery";
import { nearKitTransport } from "mpc-recovery/transport/near-kit";
import { InMemoryKeyStore, Near, type PrivateKey, parseKey } from "near-kit";

const { NEAR_RPC = "", MPC_CONTRACT = "", KEY_FILE = "" } = process.env;
const { accountId = "", keyPair } = await readKeyFile(KEY_FILE);
const keyStore = new InMemoryKeyStore();
await keyStore.add(accountId, parseKey(secretKeyText(keyPair) as PrivateKey));
const near = new Near({ network: { rpcUrl: NEAR_RPC, networkId: "custom" }, keyStore });

const { reader, caller } = nearKitTransport(near, MPC_CONTRACT, { accountId, signerKey: keyPair.publicKey });
console.log((await state(reader)).value.kind);
try {
  await removeUpdateVote(caller);
  console.log(`${accountId} votes for no update`);
} catch (error) {
  if (!isRefusedWith(error, "NOT_A_MEMBER")) throw error;
  console.log(`${error.info.account_id} is not a member`);
}
