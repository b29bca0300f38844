import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Account, actions, JsonRpcProvider, KeyPairSigner, type KeyPairString } from "near-api-js";
import { type RunningSandbox, startSandbox } from "../../sandbox/src/launcher/start-sandbox.ts";
import * as sdk from "../src/index.ts";

/** The real contract on the embedded chain: a node is backed up, lost, and comes back under new keys. */
const WASM = new URL("../../build/mpc_recovery.wasm", import.meta.url);
const CONTRACT = "test.near";
const NETWORK = "localnet";
const DIGEST = "ab".repeat(32);

const key = (seed: number) => sdk.ed25519KeyPairFromSeed(new Uint8Array(32).fill(seed));
const [NODE, NODE_TLS, SERVICE, SERVICE_TLS, NEW_NODE, NEW_TLS] = [31, 32, 33, 34, 35, 36].map(key) as Keys;
type Keys = [Pair, Pair, Pair, Pair, Pair, Pair];
type Pair = sdk.Ed25519KeyPair;

const OLD_INFO = { url: "https://a.example", tls_public_key: NODE_TLS.publicKey };
const NEW_INFO = { url: "https://a.example", tls_public_key: NEW_TLS.publicKey };

let sandbox: RunningSandbox;

before(async () => {
  assert.ok(existsSync(WASM), "build/mpc_recovery.wasm is missing: run npm run build");
  sandbox = await startSandbox();
  const root = new Account(
    CONTRACT,
    new JsonRpcProvider({ url: sandbox.rpcUrl }),
    KeyPairSigner.fromSecretKey(sandbox.rootAccount.secretKey as KeyPairString),
  );
  const roles = [
    [NODE, "node"],
    [NEW_NODE, "node"],
    [SERVICE, "backup_service"],
  ] as const;
  const keys = roles.map(([pair, role]) =>
    sdk.addRoleKeyAction({ contractId: CONTRACT, role, publicKey: pair.publicKey }),
  );
  const deploy = actions.deployContract(readFileSync(WASM));
  await root.signAndSendTransaction({ receiverId: CONTRACT, actions: [deploy, ...keys] });
});

after(() => sandbox?.stop());

test("behavior: the actions carry a network from its start to a concluded recovery", async () => {
  const reader = sdk.createRpcReader({ endpoint: { url: sandbox.rpcUrl }, contractId: CONTRACT });
  assert.equal((await sdk.state(reader)).value.kind, "NotInitialized");
  await sdk.initRunning(
    callerWith(sdk.ed25519KeyPairFromSecretKey(sandbox.rootAccount.secretKey)),
    initialState(),
  );
  const before = (await sdk.state(reader)).value;
  assert.ok(before.kind === "Running");

  await sdk.submitParticipantInfo(callerWith(NODE), {
    participant_info: OLD_INFO,
    tls_key_proof: proof(NODE_TLS, "node", NODE),
  });
  await sdk.registerBackupService(callerWith(SERVICE), {
    backup_service_info: { public_key: SERVICE_TLS.publicKey, signer_account_pk: SERVICE.publicKey },
    tls_key_proof: proof(SERVICE_TLS, "backup_service", SERVICE),
  });
  const keyset_hash = sdk.keysetHash(before.keyset);
  await sdk.confirmBackup(callerWith(SERVICE), { epoch_id: 0, keyset_hash, digest: DIGEST });
  const receipt = (await sdk.backupReceipt(reader, { account_id: CONTRACT })).value;
  assert.deepEqual([receipt?.keyset_hash, receipt?.digest], [keyset_hash, DIGEST]);

  await sdk.submitParticipantRecoveryInfo(callerWith(NEW_NODE), {
    participant_info: NEW_INFO,
    tls_key_proof: proof(NEW_TLS, "node", NEW_NODE),
  });
  const during = (await sdk.state(reader)).value;
  assert.ok(during.kind === "Recovery");
  assert.equal(during.recovering.prospective_info.tls_public_key, NEW_TLS.publicKey);
  const { recovery_id } = during;
  await sdk.confirmRecovery(callerWith(SERVICE), { recovery_id });
  assert.equal((await sdk.recoveryInfo(reader)).value?.recovering.backup_confirmed, true);
  await sdk.concludeRecovery(callerWith(NEW_NODE), {
    keyset: during.previous_running_state.keyset,
    recovery_id,
  });

  const afterwards = (await sdk.state(reader)).value;
  assert.ok(afterwards.kind === "Running");
  assert.deepEqual(afterwards.keyset, before.keyset);
  assert.deepEqual(afterwards.parameters.participants.participants[0], [CONTRACT, 0, NEW_INFO]);
});

test("behavior: refusals of the real contract carry their code and typed values", async () => {
  const wrongHash = { epoch_id: 0, keyset_hash: "00".repeat(32), digest: DIGEST };
  const stale = await failureOf(sdk.confirmBackup(callerWith(SERVICE), wrongHash));
  assert.ok(sdk.isRefusedWith(stale, "RECEIPT_NOT_CURRENT"));
  assert.equal(stale.info.provided_keyset_hash, wrongHash.keyset_hash);
  const twice = await failureOf(sdk.concludeRecovery(callerWith(NEW_NODE)));
  assert.ok(sdk.isRefusedWith(twice, "UNEXPECTED_STATE"));
  assert.deepEqual(twice.info, { current: "Running", expected: ["Recovery"] });
  const forged = await failureOf(
    sdk.submitParticipantRecoveryInfo(callerWith(NEW_NODE), {
      participant_info: { ...NEW_INFO, tls_public_key: key(40).publicKey },
      tls_key_proof: proof(NEW_TLS, "node", NEW_NODE),
    }),
  );
  assert.ok(forged instanceof sdk.ContractError);
});

test("behavior: every view of the real contract is read", async () => {
  const reader = sdk.createRpcReader({ endpoint: { url: sandbox.rpcUrl }, contractId: CONTRACT });
  assert.equal((await sdk.config(reader)).value.network_id, NETWORK);
  assert.match((await sdk.version(reader)).value, /^\d+\.\d+\.\d+/);
  assert.deepEqual((await sdk.nodeMethods(reader)).value, sdk.roleMethods("node"));
  assert.deepEqual((await sdk.backupServiceMethods(reader)).value, sdk.roleMethods("backup_service"));
  assert.equal((await sdk.publicKey(reader, { domain_id: 0 })).value, domainKey());
  assert.equal((await sdk.acceptsRequests(reader, { domain_id: 0 })).value, true);
  assert.equal(
    (await sdk.participantInfo(reader, { account_id: CONTRACT })).value?.node_key,
    NEW_NODE.publicKey,
  );
  const service = (await sdk.backupServiceInfo(reader, { account_id: CONTRACT })).value;
  assert.equal(service?.public_key, SERVICE_TLS.publicKey);
  const trust = { kind: "own_node", endpoint: { url: sandbox.rpcUrl } } as const;
  const proven = sdk.createProvenReader({ contractId: CONTRACT, trust });
  const { values } = await sdk.provenViews(proven, {
    state: {},
    backup_receipt: { account_id: "other.near" },
  });
  assert.equal(values.state.kind, "Running");
  assert.equal(values.backup_receipt, null);
});

function callerWith(keyPair: Pair) {
  const endpoint = { url: sandbox.rpcUrl };
  return sdk.createSender({ endpoint, contractId: CONTRACT, accountId: CONTRACT, keyPair });
}

function proof(tlsKey: Pair, role: sdk.TlsKeyOwner["role"], signer: Pair) {
  const owner = { networkId: NETWORK, contractId: CONTRACT, accountId: CONTRACT, role };
  return sdk.signTlsKeyProof(tlsKey, { ...owner, signerKey: sdk.signerKey(signer.publicKey) });
}

function domainKey(): string {
  return key(50).publicKey;
}

function initialState() {
  const others = [1, 2].map((id) => {
    const info = { url: `https://${id}.example`, tls_public_key: key(40 + id).publicKey };
    return [`n${id}.near`, id, info] as const;
  });
  const participants = { next_id: 3, participants: [[CONTRACT, 0, OLD_INFO] as const, ...others] };
  const domain = { id: 0, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" } as const;
  return {
    domains: [domain],
    next_domain_id: 1,
    keyset: { epoch_id: 0, domains: [{ domain_id: 0, key: domainKey(), attempt: 0 }] },
    parameters: { participants, threshold: 2 },
    init_config: { network_id: NETWORK },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail("expected a refusal"),
    (error: unknown) => error,
  );
}
