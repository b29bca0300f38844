import test from "ava";
import type { NearAccount } from "near-workspaces";
import { generateEd25519KeyPair } from "../sdk/src/crypto/keys.ts";
import { movement } from "./helpers/balance.ts";
import { CALL_GAS, infoOf, type Operator, proof, startNetwork, type TestNetwork } from "./helpers/network.ts";

/** NEP-145's answer of `storage_balance_bounds`. */
interface Bounds {
  readonly min: string;
  readonly max: string;
}

const MORE = 10n ** 24n;

async function outsider(network: TestNetwork): Promise<Operator> {
  const account = await network.worker.rootAccount.createSubAccount("dave");
  return { account, nodeTls: generateEd25519KeyPair(), serviceTls: generateEd25519KeyPair() };
}

function calls(network: TestNetwork, account: NearAccount) {
  return (method: string, args: Record<string, unknown>, attachedDeposit = 0n) =>
    movement(network, account, () =>
      account.callRaw(network.contract, method, args, { gas: 2n * CALL_GAS, attachedDeposit }),
    );
}

async function submission(network: TestNetwork, who: Operator) {
  const accessKey = (await who.account.getKey())?.getPublicKey().toString() ?? "";
  return {
    participant_info: infoOf(who.nodeTls, "dave"),
    tls_key_proof: proof(network, who, "node", who.nodeTls, accessKey),
  };
}

test("a candidate pays for its record, to the yocto, and gets it back when the record goes", async (t) => {
  const network = await startNetwork();
  const dave = await outsider(network);
  const call = calls(network, dave.account);
  const { min, max } = await network.contract.view<Bounds>("storage_balance_bounds");
  const price = BigInt(min);
  t.is(min, max);

  const unpaid = await call("submit_participant_info", await submission(network, dave));
  t.regex(unpaid.failure ?? "", /STORAGE_DEPOSIT_REQUIRED/);
  t.deepEqual([unpaid.contractYocto, unpaid.callerYocto], [0n, 0n]);
  const tooLittle = await call("storage_deposit", {}, price - 1n);
  t.regex(tooLittle.failure ?? "", /DEPOSIT_REQUIRED/);
  t.deepEqual([tooLittle.contractYocto, tooLittle.callerYocto], [0n, 0n]);

  const usedBefore = BigInt((await network.contract.accountView()).storage_usage);
  const paid = await call("storage_deposit", {}, price + MORE);
  t.deepEqual(paid, { failure: null, contractYocto: price, callerYocto: -price });
  const again = await call("storage_deposit", {}, MORE);
  t.deepEqual(again, { failure: null, contractYocto: 0n, callerYocto: 0n });
  const submitted = await call("submit_participant_info", await submission(network, dave));
  t.deepEqual(submitted, { failure: null, contractYocto: 0n, callerYocto: 0n });
  const used = BigInt((await network.contract.accountView()).storage_usage) - usedBefore;
  t.true(used > 0n && used * 10n ** 19n <= price, `${used} bytes for ${price} yocto`);

  const balance = await network.contract.view("storage_balance_of", { account_id: dave.account.accountId });
  t.deepEqual(balance, { total: min, available: "0" });
  const nothing = await call("storage_withdraw", {}, 1n);
  t.deepEqual(nothing, { failure: null, contractYocto: 1n, callerYocto: -1n });
  const left = await call("storage_unregister", {}, 1n);
  t.deepEqual(left, { failure: null, contractYocto: 1n - price, callerYocto: price - 1n });
  t.is(BigInt((await network.contract.accountView()).storage_usage), usedBefore);
  t.is(await network.contract.view("storage_balance_of", { account_id: dave.account.accountId }), null);
  await network.worker.tearDown();
});

test("nobody outside the set can make the contract pay or store", async (t) => {
  const network = await startNetwork();
  const dave = await outsider(network);
  const call = calls(network, dave.account);
  const before = await network.contract.viewStateRaw();
  const key = { tls_public_key: dave.nodeTls.publicKey, signer_account_pk: dave.serviceTls.publicKey };
  const attempts = [
    await call("submit_participant_info", await submission(network, dave)),
    await call("submit_participant_recovery_info", await submission(network, dave)),
    await call("approve_recovery", key, 1n),
    await call("cancel_recovery", {}, 1n),
    await call("vote_add_domains", { domains: [] }),
    await call("remove_update_vote", {}),
    await call("storage_withdraw", {}, 1n),
    await call("update_participant_url", { url: "https://dave.example.org" }, 1n),
  ];
  for (const { failure, contractYocto, callerYocto } of attempts) {
    t.truthy(failure);
    t.deepEqual([contractYocto, callerYocto], [0n, 0n]);
  }
  const unregister = await call("storage_unregister", {}, 1n);
  t.deepEqual(unregister, { failure: null, contractYocto: 1n, callerYocto: -1n });
  t.deepEqual(await network.contract.viewStateRaw(), before);
  await network.worker.tearDown();
});
