import test from "ava";
import { encodeProposeUpdate } from "../contract/src/interface/propose-update.ts";
import { generateEd25519KeyPair } from "../sdk/src/crypto/keys.ts";
import { movement } from "./helpers/balance.ts";
import { callAsOperator, callWith } from "./helpers/calls.ts";
import { CALL_GAS, infoOf, type Operator, proof, startNetwork, type TestNetwork } from "./helpers/network.ts";
import { NEXT_VERSION, nextVersion, otherLayout } from "./helpers/next-version.ts";
import { addRoleKey } from "./helpers/role-key.ts";

const UPDATE_GAS = 10n * CALL_GAS;
const CODE_DEPOSIT = 10n * 10n ** 24n;

type Config = Parameters<typeof encodeProposeUpdate>[0]["config"];

/** Bob's node is lost and coming back, Carol wants a domain, Alice wants the settings changed. */
async function busyNetwork() {
  const network = await startNetwork();
  const [alice, bob, carol] = network.operators as [Operator, Operator, Operator];
  const methods = await network.contract.view<string[]>("node_methods");
  const nodeKey = await addRoleKey(bob.account, network.contract.accountId, methods);
  const accessKey = nodeKey.getPublicKey().toString();
  const recorded = await callWith(network, bob, nodeKey, "submit_participant_info", {
    participant_info: infoOf(bob.nodeTls, "bob"),
    tls_key_proof: proof(network, bob, "node", bob.nodeTls, accessKey),
  });
  const domains = [{ id: 1, protocol: "Frost", reconstruction_threshold: 2, purpose: "Sign" }];
  const voted = await carol.account.callRaw(
    network.contract,
    "vote_add_domains",
    { domains },
    { gas: CALL_GAS },
  );
  const tls = generateEd25519KeyPair();
  const key = await addRoleKey(bob.account, network.contract.accountId, methods);
  const entered = await callWith(network, bob, key, "submit_participant_recovery_info", {
    participant_info: infoOf(tls, "replacement"),
    tls_key_proof: proof(network, bob, "node", tls, key.getPublicKey().toString()),
  });
  return { network, alice, bob, carol, recoveringKey: key, refusals: [recorded, voted.failed, entered] };
}

async function propose(network: TestNetwork, by: Operator, code: Uint8Array | null, config: Config) {
  const args = encodeProposeUpdate({ code, config });
  return movement(network, by.account, () =>
    by.account.callRaw(network.contract, "propose_update", args, {
      gas: UPDATE_GAS,
      attachedDeposit: CODE_DEPOSIT,
    }),
  );
}

function vote(network: TestNetwork, by: Operator, id: number) {
  return by.account.callRaw(network.contract, "vote_update", { id }, { gas: UPDATE_GAS });
}

test("new code takes over with a Recovery and votes in flight, and nothing is lost", async (t) => {
  const { network, alice, bob, carol, recoveringKey, refusals } = await busyNetwork();
  t.deepEqual(refusals, [null, false, null]);
  const code = await nextVersion();
  const cost = (BigInt(code.length) + 1500n) * 10n ** 19n;
  const proposed = await propose(network, alice, code, null);
  t.deepEqual(proposed, { failure: null, contractYocto: cost, callerYocto: -cost });
  const before = await network.contract.view("state");
  const { build_info: namedBefore } = await sourceMetadata(network);
  t.false((await vote(network, alice, 0)).failed);
  const accepted = await movement(network, alice.account, () => vote(network, carol, 0));
  t.is(accepted.failure, null);
  t.deepEqual([accepted.contractYocto, accepted.callerYocto > 0n], [-cost, true]);

  t.is(await network.contract.view("version"), NEXT_VERSION);
  const metadata = await sourceMetadata(network);
  t.is(metadata.version, NEXT_VERSION);
  t.regex(metadata.build_info.source_code_snapshot, /^sha256:[0-9a-f]{64}$/);
  t.notDeepEqual(metadata.build_info, namedBefore, "another build has another name");
  t.deepEqual(await network.contract.view("state"), before);
  t.deepEqual(await network.contract.view("proposed_updates"), []);
  t.is(await callWith(network, bob, recoveringKey, "conclude_recovery", { keyset: network.keyset }), null);
  const after = await network.contract.view<{ readonly Running: { readonly add_domains_votes: object } }>(
    "state",
  );
  t.is(
    Object.keys(Object.values(after.Running.add_domains_votes)[0] ?? {}).length,
    1,
    "Carol's vote still stands",
  );
  await network.worker.tearDown();
});

test("code that can't read what is stored is not deployed, and the old code goes on", async (t) => {
  const { network, alice, bob, carol, recoveringKey } = await busyNetwork();
  const version = await network.contract.view("version");
  t.is((await propose(network, alice, await otherLayout(), null)).failure, null);
  const before = await network.contract.view("state");
  await vote(network, alice, 0);
  const outcome = await vote(network, carol, 0);
  t.regex(JSON.stringify(outcome.result.receipts_outcome), /UNREADABLE_STATE/);
  t.is(await network.contract.view("version"), version);
  t.deepEqual(await network.contract.view("state"), before);
  t.is(await callWith(network, bob, recoveringKey, "conclude_recovery", {}), null);
  await network.worker.tearDown();
});

test("settings are proposed, voted on and hold; ids of proposals are not used again", async (t) => {
  const network = await startNetwork();
  const [alice, bob, carol] = network.operators as [Operator, Operator, Operator];
  const config = {
    ...(await network.contract.view<NonNullable<Config>>("config")),
    ephemeral_key_timeout_blocks: 77,
  };
  t.is((await propose(network, alice, null, config)).failure, null);
  t.false((await vote(network, bob, 0)).failed);
  const mine = await movement(network, alice.account, () =>
    alice.account.callRaw(network.contract, "remove_update_vote", {}, { gas: UPDATE_GAS }),
  );
  t.is(mine.contractYocto, 0n, "a proposal that others vote for stays");
  t.false((await vote(network, carol, 0)).failed);
  t.deepEqual(await network.contract.view("config"), config);
  t.regex(JSON.stringify((await vote(network, alice, 0)).Failure), /UNKNOWN_UPDATE/);
  const again = { ...config, ephemeral_key_timeout_blocks: 88 };
  t.is((await propose(network, alice, null, again)).failure, null);
  t.like(await network.contract.view<{ readonly id: number }[]>("proposed_updates"), [{ id: 1 }]);
  t.not(await callAsOperator(network, alice, "cancel_recovery", {}), null);
  await network.worker.tearDown();
});

interface SourceMetadata {
  readonly version: string;
  readonly build_info: { readonly source_code_snapshot: string };
}

function sourceMetadata(network: TestNetwork): Promise<SourceMetadata> {
  return network.contract.view<SourceMetadata>("contract_source_metadata");
}
