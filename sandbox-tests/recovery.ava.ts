import test from "ava";
import { generateEd25519KeyPair } from "../sdk/src/crypto/keys.ts";
import { keysetHash } from "../sdk/src/crypto/keyset-hash.ts";
import { callAsOperator, callWith } from "./helpers/calls.ts";
import { hostOf, infoOf, type Operator, proof, startNetwork, type TestNetwork } from "./helpers/network.ts";
import { addRoleKey } from "./helpers/role-key.ts";

/** Records the operator's node key and backup service; returns their access keys. */
async function settle(network: TestNetwork, operator: Operator) {
  const contractId = network.contract.accountId;
  const nodeKey = await addRoleKey(operator.account, contractId, await network.contract.view("node_methods"));
  const serviceKey = await addRoleKey(
    operator.account,
    contractId,
    await network.contract.view("backup_service_methods"),
  );
  const nodeArgs = {
    participant_info: infoOf(operator.nodeTls, hostOf(operator)),
    tls_key_proof: proof(network, operator, "node", operator.nodeTls, nodeKey.getPublicKey().toString()),
  };
  const serviceArgs = {
    backup_service_info: {
      public_key: operator.serviceTls.publicKey,
      signer_account_pk: serviceKey.getPublicKey().toString(),
    },
    tls_key_proof: proof(
      network,
      operator,
      "backup_service",
      operator.serviceTls,
      serviceKey.getPublicKey().toString(),
    ),
  };
  const node = await callWith(network, operator, nodeKey, "submit_participant_info", nodeArgs);
  const service = await callWith(network, operator, serviceKey, "register_backup_service", serviceArgs);
  return { nodeKey, serviceKey, refusals: [node, service] };
}

/** The operator's replacement machine asks to come back. */
async function enter(network: TestNetwork, operator: Operator) {
  const tls = generateEd25519KeyPair();
  const key = await addRoleKey(
    operator.account,
    network.contract.accountId,
    await network.contract.view("node_methods"),
  );
  const refusal = await callWith(network, operator, key, "submit_participant_recovery_info", {
    participant_info: infoOf(tls, "replacement"),
    tls_key_proof: proof(network, operator, "node", tls, key.getPublicKey().toString()),
  });
  return { tls, key, refusal };
}

type StateJson = Record<string, Record<string, never>>;

test("a lost node comes back with the same account, id, keyset and epoch", async (t) => {
  const network = await startNetwork();
  const [alice] = network.operators as [Operator];
  const before = await network.contract.view<StateJson>("state");
  const { serviceKey, refusals } = await settle(network, alice);
  t.deepEqual(refusals, [null, null]);
  const receipt = { epoch_id: 0, keyset_hash: keysetHash(network.keyset), digest: "ab".repeat(32) };
  t.is(await callWith(network, alice, serviceKey, "confirm_backup", receipt), null);

  const replacement = await enter(network, alice);
  t.is(replacement.refusal, null);
  const during = await network.contract.view<StateJson>("state");
  t.deepEqual(Object.keys(during), ["Recovery"]);
  t.is(await callWith(network, alice, serviceKey, "confirm_recovery", { recovery_id: 0 }), null);
  t.is(
    await callWith(network, alice, replacement.key, "conclude_recovery", { keyset: network.keyset }),
    null,
  );

  const after = JSON.parse(JSON.stringify(await network.contract.view<StateJson>("state")));
  const expected = JSON.parse(JSON.stringify(before));
  expected.Running.parameters.participants.participants[0][2] = infoOf(replacement.tls, "replacement");
  expected.Running.participants_revision = 1;
  t.deepEqual(after, expected);
  await network.worker.tearDown();
});

test("the old machine's and the service's keys can't start a recovery", async (t) => {
  const network = await startNetwork();
  const [alice] = network.operators as [Operator];
  const { nodeKey, serviceKey } = await settle(network, alice);
  const tls = generateEd25519KeyPair();
  const entry = (accessKey: string) => ({
    participant_info: infoOf(tls, "thief"),
    tls_key_proof: proof(network, alice, "node", tls, accessKey),
  });
  const withNodeKey = entry(nodeKey.getPublicKey().toString());
  t.not(await callWith(network, alice, nodeKey, "submit_participant_recovery_info", withNodeKey), null);
  await t.throwsAsync(
    callWith(
      network,
      alice,
      serviceKey,
      "submit_participant_recovery_info",
      entry(serviceKey.getPublicKey().toString()),
    ),
    undefined,
    "the chain itself refuses a method outside the key's list",
  );
  t.deepEqual(Object.keys(await network.contract.view<StateJson>("state")), ["Running"]);
  await network.worker.tearDown();
});

test("a recovery ends at its height, and its key is void afterwards", async (t) => {
  const timing = { recovery_timeout_blocks: 50, recovery_cooldown_blocks: 20, recovery_window_blocks: 1000 };
  const network = await startNetwork(timing);
  const [alice, bob] = network.operators as [Operator, Operator];
  await settle(network, alice);
  await settle(network, bob);
  const replacement = await enter(network, alice);
  t.is(replacement.refusal, null);
  await network.worker.provider.fastForward(51);
  t.deepEqual(Object.keys(await network.contract.view<StateJson>("state")), ["Running"]);
  t.is(await callWith(network, alice, replacement.key, "conclude_recovery", {}), "UNEXPECTED_STATE");
  t.is((await enter(network, alice)).refusal, "RECOVERY_COOLDOWN");
  t.is((await enter(network, bob)).refusal, null, "others are not held up");
  await network.worker.tearDown();
});

test("the operator cancels, and approves the next attempt", async (t) => {
  const network = await startNetwork();
  const [alice] = network.operators as [Operator];
  await settle(network, alice);
  t.is((await enter(network, alice)).refusal, null);
  t.is(await callAsOperator(network, alice, "cancel_recovery", {}), null);
  t.deepEqual(Object.keys(await network.contract.view<StateJson>("state")), ["Running"]);

  const tls = generateEd25519KeyPair();
  const key = await addRoleKey(
    alice.account,
    network.contract.accountId,
    await network.contract.view("node_methods"),
  );
  const accessKey = key.getPublicKey().toString();
  const approval = { tls_public_key: tls.publicKey, signer_account_pk: accessKey };
  t.is(await callAsOperator(network, alice, "approve_recovery", approval), null);
  const entry = {
    participant_info: infoOf(tls, "second"),
    tls_key_proof: proof(network, alice, "node", tls, accessKey),
  };
  t.is(await callWith(network, alice, key, "submit_participant_recovery_info", entry), null);
  await network.worker.tearDown();
});
