/**
 * A whole recovery on an embedded chain of its own, in one file: a network of three starts, one node is lost, and its
 * replacement takes the place under new keys. The shares themselves are the programs' business, see `npm run demo`.
 *
 * node --import tsx sdk/examples/recover-a-node.ts
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as mpc from "mpc-recovery";
import { startSandbox } from "mpc-recovery/sandbox";
import { Account, actions, JsonRpcProvider, KeyPairSigner, type KeyPairString } from "near-api-js";

const sandbox = await startSandbox();
try {
  // One account is contract, participant and operator here: its full-access key is the operator's.
  const { accountId, secretKey } = sandbox.rootAccount;
  const endpoint = { url: sandbox.rpcUrl };
  const callerWith = (keyPair: mpc.Ed25519KeyPair) =>
    mpc.createSender({ endpoint, contractId: accountId, accountId, keyPair });
  const reader = mpc.createRpcReader({ endpoint, contractId: accountId });
  const operator = mpc.ed25519KeyPairFromSecretKey(secretKey);
  const newKey = mpc.generateEd25519KeyPair;
  const [oldNode, oldTls, newNode, newTls] = [newKey(), newKey(), newKey(), newKey()];

  const signer = KeyPairSigner.fromSecretKey(secretKey as KeyPairString);
  const wasm = createRequire(import.meta.url).resolve("mpc-recovery/mpc_recovery.wasm");
  const nodeKey = ({ publicKey }: mpc.Ed25519KeyPair) =>
    mpc.addRoleKeyAction({ contractId: accountId, role: "node", publicKey });
  await new Account(accountId, new JsonRpcProvider(endpoint), signer).signAndSendTransaction({
    receiverId: accountId,
    actions: [actions.deployContract(readFileSync(wasm)), nodeKey(oldNode), nodeKey(newNode)],
    waitUntil: "FINAL",
  });

  const info = (url: string, { publicKey }: mpc.Ed25519KeyPair) => ({ url, tls_public_key: publicKey });
  const others = [1, 2].map((id) => [`n${id}.near`, id, info(`https://${id}.example`, newKey())] as const);
  await mpc.initRunning(callerWith(operator), {
    domains: [{ id: 0, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }],
    next_domain_id: 1,
    keyset: { epoch_id: 0, domains: [{ domain_id: 0, key: newKey().publicKey, attempt: 0 }] },
    parameters: {
      participants: {
        next_id: 3,
        participants: [[accountId, 0, info("https://old.example", oldTls)], ...others],
      },
      threshold: 2,
    },
    init_config: { network_id: "localnet" },
  });

  const proof = (tlsKey: mpc.Ed25519KeyPair, accessKey: mpc.Ed25519KeyPair) =>
    mpc.signTlsKeyProof(tlsKey, {
      networkId: "localnet",
      contractId: accountId,
      accountId,
      role: "node",
      signerKey: mpc.signerKey(accessKey.publicKey),
    });
  await mpc.submitParticipantInfo(callerWith(oldNode), {
    participant_info: info("https://old.example", oldTls),
    tls_key_proof: proof(oldTls, oldNode),
  });
  console.log("the node runs; now its machine is lost");

  await mpc.submitParticipantRecoveryInfo(callerWith(newNode), {
    participant_info: info("https://new.example", newTls),
    tls_key_proof: proof(newTls, newNode),
  });
  console.log(`state: ${(await mpc.state(reader)).value.kind}`);
  await mpc.concludeRecovery(callerWith(newNode));
  const { value } = await mpc.state(reader);
  if (value.kind !== "Running") throw new Error(`expected Running, found ${value.kind}`);
  const [, , now] = value.parameters.participants.participants[0] ?? [];
  console.log(
    `state: ${value.kind}; ${accountId} is at ${now?.url}, epoch ${value.keyset.epoch_id} as before`,
  );
} finally {
  await sandbox.stop();
}
